package dev.merapi.cuda.standin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;
import jcuda.nvrtc.JNvrtc;
import jcuda.nvrtc.nvrtcProgram;
import jcuda.nvrtc.nvrtcResult;

/** Short forms of JCuda's calls; what a test makes with them is released after it. */
final class Cuda {
  private static final Deque<Runnable> RELEASES = new ArrayDeque<>();

  private Cuda() {}

  static void check(int result) {
    assertThat(result).as(() -> CUresult.stringFor(result)).isEqualTo(CUresult.CUDA_SUCCESS);
  }

  static void releaseAll() {
    while (!RELEASES.isEmpty()) {
      RELEASES.pop().run();
    }
  }

  /** A compilation's status, its log and, when it succeeded, what stands for PTX. */
  record Compilation(int status, String log, String ptx) {}

  static Compilation compile(String source, String... options) {
    return compile(source, new String[0], new String[0], options);
  }

  static Compilation compile(
      String source, String[] headers, String[] headerNames, String... options) {
    nvrtcProgram program = new nvrtcProgram();
    JNvrtc.nvrtcCreateProgram(program, source, "test.cu", headers.length, headers, headerNames);
    int status = JNvrtc.nvrtcCompileProgram(program, options.length, options);
    String[] log = new String[1];
    JNvrtc.nvrtcGetProgramLog(program, log);
    String[] ptx = new String[1];
    if (status == nvrtcResult.NVRTC_SUCCESS) {
      JNvrtc.nvrtcGetPTX(program, ptx);
    }
    JNvrtc.nvrtcDestroyProgram(program);
    return new Compilation(status, log[0], ptx[0]);
  }

  static CUmodule module(String source, String... options) {
    Compilation compilation = compile(source, options);
    assertThat(compilation.status()).as(compilation.log()).isEqualTo(nvrtcResult.NVRTC_SUCCESS);
    CUmodule module = new CUmodule();
    check(JCudaDriver.cuModuleLoadData(module, compilation.ptx()));
    RELEASES.push(() -> JCudaDriver.cuModuleUnload(module));
    return module;
  }

  static CUfunction function(CUmodule module, String name) {
    CUfunction function = new CUfunction();
    check(JCudaDriver.cuModuleGetFunction(function, module, name));
    return function;
  }

  /** The only kernel of a source. */
  static CUfunction kernel(String source) {
    String name =
        source.replaceAll(
            "(?s).*__global__\\s+void\\s+(?:__launch_bounds__\\(\\d+\\)\\s+)?(\\w+).*", "$1");
    return function(module(source), name);
  }

  static CUdeviceptr allocate(long bytes) {
    CUdeviceptr pointer = new CUdeviceptr();
    check(JCudaDriver.cuMemAlloc(pointer, bytes));
    RELEASES.push(() -> JCudaDriver.cuMemFree(pointer));
    return pointer;
  }

  static CUdeviceptr upload(float... values) {
    CUdeviceptr pointer = allocate(4L * values.length);
    check(JCudaDriver.cuMemcpyHtoD(pointer, Pointer.to(values), 4L * values.length));
    return pointer;
  }

  static float[] download(CUdeviceptr pointer, int count) {
    float[] values = new float[count];
    check(JCudaDriver.cuMemcpyDtoH(Pointer.to(values), pointer, 4L * count));
    return values;
  }

  /** Pinned memory, as the host sees it. */
  record Pinned(Pointer pointer, FloatBuffer floats) {}

  static Pinned pinned(int floats) {
    Pointer pointer = new Pointer();
    check(JCudaDriver.cuMemHostAlloc(pointer, 4L * floats, 0));
    RELEASES.push(() -> JCudaDriver.cuMemFreeHost(pointer));
    return new Pinned(
        pointer,
        pointer.getByteBuffer(0, 4L * floats).order(ByteOrder.nativeOrder()).asFloatBuffer());
  }

  /** A stream that the null stream does not wait for. */
  static CUstream stream() {
    CUstream stream = new CUstream();
    check(JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING));
    RELEASES.push(() -> JCudaDriver.cuStreamDestroy(stream));
    return stream;
  }

  static CUevent event() {
    CUevent event = new CUevent();
    check(JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DISABLE_TIMING));
    RELEASES.push(() -> JCudaDriver.cuEventDestroy(event));
    return event;
  }

  static Pointer pointer(CUdeviceptr pointer) {
    return Pointer.to(pointer);
  }

  static Pointer integer(int value) {
    return Pointer.to(new int[] {value});
  }

  static Pointer single(float value) {
    return Pointer.to(new float[] {value});
  }

  /** Where and with how many threads a kernel runs. */
  record Launch(CUfunction function, int blocks, int threads, int sharedBytes, CUstream stream) {
    Launch(CUfunction function, int blocks, int threads) {
      this(function, blocks, threads, 0, null);
    }

    Launch shared(int bytes) {
      return new Launch(function, blocks, threads, bytes, stream);
    }

    Launch on(CUstream other) {
      return new Launch(function, blocks, threads, sharedBytes, other);
    }

    /** The status of the launch. */
    int run(Pointer... parameters) {
      return JCudaDriver.cuLaunchKernel(
          function, blocks, 1, 1, threads, 1, 1, sharedBytes, stream, Pointer.to(parameters), null);
    }
  }

  static Launch launch(CUfunction function, int blocks, int threads) {
    return new Launch(function, blocks, threads);
  }

  /** The text of the stand-in's last error. */
  static String lastError() {
    String[] text = new String[1];
    JCudaDriver.cuGetErrorString(CUresult.CUDA_ERROR_UNKNOWN, text);
    return text[0];
  }
}
