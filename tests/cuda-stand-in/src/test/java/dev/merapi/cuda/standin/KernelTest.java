package dev.merapi.cuda.standin;

import static dev.merapi.cuda.standin.Cuda.allocate;
import static dev.merapi.cuda.standin.Cuda.check;
import static dev.merapi.cuda.standin.Cuda.download;
import static dev.merapi.cuda.standin.Cuda.integer;
import static dev.merapi.cuda.standin.Cuda.kernel;
import static dev.merapi.cuda.standin.Cuda.launch;
import static dev.merapi.cuda.standin.Cuda.pointer;
import static dev.merapi.cuda.standin.Cuda.upload;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;
import jcuda.nvrtc.JNvrtc;
import jcuda.nvrtc.nvrtcProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kernels run as CUDA says. */
@WithStandIn
class KernelTest {
  private static final int N = 1000;

  private static float[] counting(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = i;
    }
    return values;
  }

  @Test
  void everyThreadOfEveryBlockRuns() {
    CUfunction add =
        kernel(
            """
            extern "C" __global__ void __launch_bounds__(256) add(
                const float* __restrict__ a, const float* __restrict__ b, float* c, int n) {
              int i = blockIdx.x * blockDim.x + threadIdx.x;
              if (i < n) c[i] = a[i] + 2 * b[i];
            }
            """);
    CUdeviceptr a = upload(counting(N));
    CUdeviceptr c = allocate(4L * N);

    check(launch(add, 4, 256).run(pointer(a), pointer(a), pointer(c), integer(N)));

    float[] result = download(c, N);
    assertThat(IntStream.range(0, N)).allMatch(i -> result[i] == 3f * i);
  }

  @Test
  void threadsAndBlocksHaveThreeDimensions() {
    CUfunction place =
        kernel(
            """
            extern "C" __global__ void place(float* out) {
              int block = blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z);
              int thread = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
              out[block * blockDim.x * blockDim.y * blockDim.z + thread] =
                  threadIdx.z * 100 + threadIdx.y * 10 + threadIdx.x + blockIdx.z * 1000;
            }
            """);
    CUdeviceptr out = allocate(4 * 2 * 24);

    check(
        JCudaDriver.cuLaunchKernel(
            place, 1, 1, 2, 2, 3, 4, 0, null, Pointer.to(pointer(out)), null));

    float[] result = download(out, 48);
    assertThat(result[0]).isZero();
    assertThat(result[1]).isEqualTo(1);
    assertThat(result[2]).isEqualTo(10);
    assertThat(result[6]).isEqualTo(100);
    assertThat(result[23]).isEqualTo(321);
    assertThat(result[24]).isEqualTo(1000);
    assertThat(result[47]).isEqualTo(1321);
  }

  @Test
  void vectorsAreLoadedWhole() {
    CUfunction scale =
        kernel(
            """
            extern "C" __global__ void scale(const float4* x, float4* y, int n) {
              for (int i = threadIdx.x; i < n; i += blockDim.x) {
                float4 v = __ldg(x + i);
                y[i] = make_float4(v.x, 2 * v.y, 3 * v.z, 4 * v.w);
              }
            }
            """);
    CUdeviceptr x = upload(1, 1, 1, 1, 5, 5, 5, 5);
    CUdeviceptr y = allocate(32);

    check(launch(scale, 1, 32).run(pointer(x), pointer(y), integer(2)));

    assertThat(download(y, 8)).containsExactly(1, 2, 3, 4, 5, 10, 15, 20);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2})
  void blocksReduceByBarriersShufflesAndAtomics(long seed) {
    StandIn.Knob.SEED.set(seed);
    CUfunction sum =
        kernel(
            """
            __device__ __forceinline__ float warpSum(float v) {
            #pragma unroll
              for (int o = 16; o > 0; o >>= 1) v += __shfl_xor_sync(0xffffffffu, v, o);
              return v;
            }
            extern "C" __global__ void sum(const float* x, float* out, int n) {
              extern __shared__ float partial[];
              __shared__ float total;
              float v = 0;
              for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n;
                   i += gridDim.x * blockDim.x) v += x[i];
              v = warpSum(v);
              if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = v;
              __syncthreads();
              if (threadIdx.x == 0) {
                total = 0;
                for (int w = 0; w < blockDim.x / 32; w++) total += partial[w];
              }
              __syncthreads();
              if (threadIdx.x == blockDim.x - 1) atomicAdd(out, total);
            }
            """);
    CUdeviceptr x = upload(counting(N));
    CUdeviceptr out = upload(0f);

    check(launch(sum, 3, 128).shared(16).run(pointer(x), pointer(out), integer(N)));

    assertThat(download(out, 1)).containsExactly(N * (N - 1) / 2f);
  }

  @Test
  void lanesExchangeAndVote() {
    CUfunction exchange =
        kernel(
            """
            extern "C" __global__ void exchange(float* out) {
              int t = threadIdx.x;
              out[t] = __shfl_sync(0xffffffffu, t, 5);
              __syncwarp();
              out[32 + t] = __shfl_up_sync(0xffffffffu, t, 1);
              out[64 + t] = __shfl_down_sync(0xffffffffu, t, 1);
              out[96 + t] = __popc(__ballot_sync(0xffffffffu, t < 7));
              out[128 + t] = __syncthreads_count(t % 2);
            }
            """);
    CUdeviceptr out = allocate(4 * 160);

    check(launch(exchange, 1, 32).run(pointer(out)));

    float[] result = download(out, 160);
    assertThat(result[31]).isEqualTo(5);
    assertThat(new float[] {result[32], result[33], result[63]}).containsExactly(0, 0, 30);
    assertThat(new float[] {result[64], result[94], result[95]}).containsExactly(1, 31, 31);
    assertThat(result[96]).isEqualTo(7);
    assertThat(result[128]).isEqualTo(16);
  }

  @Test
  void instancesOfTemplatesAreFoundByTheirLoweredNames() {
    nvrtcProgram program = new nvrtcProgram();
    String source =
        """
        template <typename T, int B>
        __global__ void reverse(T* out) {
          __shared__ T s[B];
          s[threadIdx.x] = threadIdx.x;
          __syncthreads();
          out[threadIdx.x] = s[B - 1 - threadIdx.x];
        }
        """;
    JNvrtc.nvrtcCreateProgram(program, source, "template.cu", 0, null, null);
    JNvrtc.nvrtcAddNameExpression(program, "reverse<float, 64>");
    check(JNvrtc.nvrtcCompileProgram(program, 0, null));
    String[] name = new String[1];
    check(JNvrtc.nvrtcGetLoweredName(program, "reverse<float, 64>", name));
    long[] size = new long[1];
    check(JNvrtc.nvrtcGetCUBINSize(program, size));
    byte[] cubin = new byte[(int) size[0]];
    check(JNvrtc.nvrtcGetCUBIN(program, cubin));
    JNvrtc.nvrtcDestroyProgram(program);
    CUmodule module = new CUmodule();
    check(JCudaDriver.cuModuleLoadDataEx(module, Pointer.to(cubin), 0, new int[0], null));
    CUdeviceptr out = allocate(256);

    check(launch(Cuda.function(module, name[0]), 1, 64).run(pointer(out)));

    float[] result = download(out, 64);
    assertThat(IntStream.range(0, 64)).allMatch(i -> result[i] == 63 - i);
    check(JCudaDriver.cuModuleUnload(module));
  }

  @Test
  void variablesOfModulesAreDeviceMemory() {
    CUmodule module =
        Cuda.module(
            """
            extern "C" {
            __constant__ float coefficients[4];
            #define KERNEL(NAME, EXPRESSION) \\
              __global__ void NAME(float* out) { out[threadIdx.x] = EXPRESSION; }
            KERNEL(direct, coefficients[threadIdx.x])
            KERNEL(negated, -coefficients[threadIdx.x])
            }
            """);
    CUdeviceptr coefficients = new CUdeviceptr();
    long[] bytes = new long[1];
    check(JCudaDriver.cuModuleGetGlobal(coefficients, bytes, module, "coefficients"));
    assertThat(bytes[0]).isEqualTo(16);
    check(JCudaDriver.cuMemcpyHtoD(coefficients, Pointer.to(new float[] {1, 2, 3, 4}), 16));
    CUdeviceptr out = allocate(16);

    check(launch(Cuda.function(module, "negated"), 1, 4).run(pointer(out)));

    assertThat(download(out, 4)).containsExactly(-1, -2, -3, -4);
  }

  @Test
  void functionsAnswerToTheirAttributes() {
    CUfunction f = kernel("extern \"C\" __global__ void nothing() {}");
    int[] threads = new int[1];
    check(JCudaDriver.cuFuncGetAttribute(threads, 0, f));
    assertThat(threads[0]).isEqualTo(1024);
    assertThat(launch(f, 1, 32).shared(50_000).run()).isEqualTo(1);
    check(JCudaDriver.cuFuncSetAttribute(f, 8, 50_000));
    check(launch(f, 1, 32).shared(50_000).run());
    assertThat(launch(f, 1, 1025).run()).isEqualTo(1);
    assertThat(launch(f, 0, 1).run()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "__global__ void __launch_bounds__(THREADS * 2)",
        "__global__ __launch_bounds__(2 * (THREADS), 4) void",
        "__launch_bounds__(THREADS * 2)\n__global__ void"
      })
  void aLaunchKeepsToItsBounds(String declaration) {
    CUfunction bounded =
        Cuda.function(
            Cuda.module(
                "#define THREADS 32\nextern \"C\" " + declaration + " bounded(float* x) {}"),
            "bounded");
    CUdeviceptr x = allocate(4);
    int[] threads = new int[1];
    check(JCudaDriver.cuFuncGetAttribute(threads, 0, bounded));
    assertThat(threads[0]).isEqualTo(64);
    check(launch(bounded, 1, 64).run(pointer(x)));
    assertThat(launch(bounded, 1, 65).run(pointer(x))).isEqualTo(1);
    assertThat(Cuda.lastError()).contains("more threads than its __launch_bounds__");
  }

  @Test
  void otherThreadsMayFaultMeanwhile() throws InterruptedException {
    CUfunction work =
        kernel(
            """
            extern "C" __global__ void work(float* x) {
              for (int i = 0; i < 1000; i++) x[threadIdx.x] += __shfl_xor_sync(~0u, 1, 1);
            }
            """);
    CUdeviceptr x = upload(new float[32]);
    int[] caught = new int[1];
    AtomicBoolean done = new AtomicBoolean();
    Thread faulting =
        new Thread(
            () -> {
              while (!done.get()) {
                caught[0] += lengthOfNull();
              }
            });
    faulting.start();
    for (int i = 0; i < 50; i++) {
      check(launch(work, 1, 32).run(pointer(x)));
    }
    done.set(true);
    faulting.join();

    assertThat(caught[0]).isPositive();
    assertThat(download(x, 1)[0]).isEqualTo(50 * 1000);
  }

  /** The JVM finds the null by a signal. */
  private static int lengthOfNull() {
    try {
      return System.getProperty("merapi.no.such.property").length();
    } catch (NullPointerException e) {
      return 1;
    }
  }
}
