package dev.merapi.cuda.standin;

import static dev.merapi.cuda.standin.Cuda.allocate;
import static dev.merapi.cuda.standin.Cuda.check;
import static dev.merapi.cuda.standin.Cuda.download;
import static dev.merapi.cuda.standin.Cuda.integer;
import static dev.merapi.cuda.standin.Cuda.kernel;
import static dev.merapi.cuda.standin.Cuda.lastError;
import static dev.merapi.cuda.standin.Cuda.launch;
import static dev.merapi.cuda.standin.Cuda.pointer;
import static dev.merapi.cuda.standin.Cuda.stream;
import static dev.merapi.cuda.standin.Cuda.upload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.cuda.standin.Cuda.Launch;
import dev.merapi.cuda.standin.StandIn.Counter;
import dev.merapi.cuda.standin.StandIn.Knob;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Test;

/** Kernels and programs that are broken on purpose: each is found, with what it did and where. */
@WithStandIn
class DefectTest {
  private static final String STORE =
      "extern \"C\" __global__ void store(float* x, int i) { x[i + (int)threadIdx.x] = 1; }";
  private static final String LOAD =
      "extern \"C\" __global__ void load(const float* x, float* y, int i) { *y = x[i]; }";

  private static void isFound(int status, int expected, String... texts) {
    assertThat(status).as(lastError()).isEqualTo(expected);
    assertThat(lastError()).contains(texts);
  }

  @Test
  void aWriteOutOfBounds() {
    CUfunction store = kernel(STORE);
    CUdeviceptr x = allocate(400);

    isFound(
        launch(store, 1, 1).run(pointer(x), integer(200)),
        CUresult.CUDA_ERROR_ILLEGAL_ADDRESS,
        "kernel store block (0,0,0) thread (0,0,0): WRITE",
        "400 bytes PAST THE END of live allocation");
  }

  @Test
  void aWriteJustPastTheEnd() {
    CUfunction store = kernel(STORE);
    CUdeviceptr x = allocate(400);

    isFound(
        launch(store, 1, 1).run(pointer(x), integer(100)),
        CUresult.CUDA_ERROR_ILLEGAL_ADDRESS,
        "store: something was written 0 bytes PAST THE END of allocation");
  }

  @Test
  void aWriteJustBeforeTheBeginning() {
    CUfunction store = kernel(STORE);
    CUdeviceptr x = allocate(400);

    isFound(
        launch(store, 1, 1).run(pointer(x), integer(-1)),
        CUresult.CUDA_ERROR_ILLEGAL_ADDRESS,
        "BEFORE allocation");
  }

  @Test
  void aReadOutOfBounds() {
    CUfunction load = kernel(LOAD);
    CUdeviceptr x = upload(1, 2);
    CUdeviceptr y = allocate(4);

    isFound(
        launch(load, 1, 1).run(pointer(x), pointer(y), integer(-100_000)),
        CUresult.CUDA_ERROR_ILLEGAL_ADDRESS,
        "READ",
        "BEFORE live allocation");
  }

  @Test
  void aReadJustPastTheEndIsNan() {
    CUfunction load = kernel(LOAD);
    CUdeviceptr x = upload(1, 2);
    CUdeviceptr y = allocate(4);

    check(launch(load, 1, 1).run(pointer(x), pointer(y), integer(2)));

    assertThat(download(y, 1)[0]).isNaN();
  }

  @Test
  void memoryThatNobodyHasWritten() {
    assertThat(download(allocate(16), 4)).containsOnly(Float.NaN);
  }

  @Test
  void aUseAfterFree() {
    CUfunction store = kernel(STORE);
    CUdeviceptr x = new CUdeviceptr();
    check(JCudaDriver.cuMemAlloc(x, 4));
    check(JCudaDriver.cuMemFree(x));

    isFound(
        launch(store, 1, 1).run(pointer(x), integer(0)),
        CUresult.CUDA_ERROR_INVALID_VALUE,
        "parameter 0",
        "FREED allocation");
    isFound(
        JCudaDriver.cuMemcpyDtoH(Pointer.to(new float[1]), x, 4),
        CUresult.CUDA_ERROR_INVALID_VALUE,
        "FREED allocation");
    isFound(JCudaDriver.cuMemFree(x), CUresult.CUDA_ERROR_INVALID_VALUE, "double free");
  }

  @Test
  void aUseAfterFreeThroughATable() {
    CUfunction store =
        kernel("extern \"C\" __global__ void through(float** table) { table[0][0] = 1; }");
    CUdeviceptr table = allocate(8);
    CUdeviceptr x = new CUdeviceptr();
    check(JCudaDriver.cuMemAlloc(x, 4));
    check(JCudaDriver.cuMemcpyHtoD(table, Pointer.to(x), 8));
    check(JCudaDriver.cuMemFree(x));

    isFound(
        launch(store, 1, 1).run(pointer(table)),
        CUresult.CUDA_ERROR_ILLEGAL_ADDRESS,
        "kernel through",
        "FREED allocation");
  }

  @Test
  void anAllocationFreedBeforeItsWorkHasRun() {
    CUfunction store = kernel(STORE);
    CUstream stream = stream();
    CUstream other = stream();
    CUdeviceptr x = new CUdeviceptr();
    check(JCudaDriver.cuMemAllocAsync(x, 4, other));
    Knob.LAZY.set(1);

    check(launch(store, 1, 1).on(stream).run(pointer(x), integer(0)));
    check(JCudaDriver.cuMemFreeAsync(x, other)); // does not wait for the stream that uses it

    isFound(
        JCudaDriver.cuCtxSynchronize(), CUresult.CUDA_ERROR_ILLEGAL_ADDRESS, "FREED allocation");
  }

  @Test
  void anErrorLosesTheContext() {
    CUfunction store = kernel(STORE);
    CUdeviceptr x = new CUdeviceptr();
    check(JCudaDriver.cuMemAlloc(x, 4));
    int live = Counter.LIVE_ALLOCATIONS.read();
    launch(store, 1, 1).run(pointer(x), integer(1000));

    assertThat(JCudaDriver.cuMemAlloc(new CUdeviceptr(), 4))
        .isEqualTo(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS);
    // What is released goes all the same.
    assertThat(JCudaDriver.cuMemFree(x)).isEqualTo(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS);
    assertThat(Counter.LIVE_ALLOCATIONS.read()).isEqualTo(live - 1);
  }

  @Test
  void aMissingBarrier() {
    String reverse =
        """
        extern "C" __global__ void reverse(float* out) {
          __shared__ float s[64];
          s[threadIdx.x] = threadIdx.x;
          BARRIER
          out[threadIdx.x] = s[63 - threadIdx.x];
        }
        """;
    CUdeviceptr out = allocate(256);

    check(launch(kernel(reverse.replace("BARRIER", "")), 1, 64).run(pointer(out)));
    assertThat(download(out, 64)[0]).isNaN();
    check(launch(kernel(reverse.replace("BARRIER", "__syncthreads();")), 1, 64).run(pointer(out)));
    assertThat(download(out, 64)[0]).isEqualTo(63);
  }

  @Test
  void aBarrierThatSomeThreadsDoNotReach() {
    CUfunction diverge =
        kernel(
            """
            extern "C" __global__ void diverge(float* out) {
              if (threadIdx.x < 16) {
                __syncthreads();
              } else {
                out[threadIdx.x] = __shfl_down_sync(0xffffffffu, 1.0f, 1);
              }
            }
            """);

    isFound(
        launch(diverge, 1, 32).run(pointer(allocate(128))),
        CUresult.CUDA_ERROR_LAUNCH_FAILED,
        "deadlock",
        "thread 0 waits at line 3 (__syncthreads)",
        "thread 16 waits at line 5 (warp operation)");
  }

  @Test
  void barriersThatAreNotTheSame() {
    CUfunction two =
        kernel(
            """
            extern "C" __global__ void two() {
              if (threadIdx.x % 2) __syncthreads();
              else
                __syncthreads();
            }
            """);

    isFound(
        launch(two, 1, 32).run(),
        CUresult.CUDA_ERROR_LAUNCH_FAILED,
        "different __syncthreads (lines 4 and 2)");
  }

  @Test
  void aLaneThatItsMaskLeavesOut() {
    CUfunction left = kernel("extern \"C\" __global__ void left() { __shfl_sync(0xffffu, 1, 0); }");

    isFound(
        launch(left, 1, 32).run(),
        CUresult.CUDA_ERROR_LAUNCH_FAILED,
        "lane 16",
        "mask 0xffff leaves it out");
  }

  @Test
  void anIndexOutsideOfDynamicSharedMemory() {
    CUfunction outside =
        kernel(
            """
            extern "C" __global__ void outside(float* y) {
              extern __shared__ float s[];
              *y = s[blockDim.x];
            }
            """);
    Launch launch = launch(outside, 1, 32).shared(128);

    isFound(
        launch.run(pointer(allocate(4))),
        CUresult.CUDA_ERROR_ILLEGAL_ADDRESS,
        "dynamic shared memory out of bounds");
  }

  @Test
  void anIndexOutsideOfStaticSharedMemory() {
    CUfunction outside =
        kernel(
            """
            extern "C" __global__ void outside(float* y) {
              __shared__ float s[32];
              s[threadIdx.x + 1] = 1;
              *y = s[threadIdx.x];
            }
            """);

    isFound(
        launch(outside, 1, 32).run(pointer(allocate(4))),
        CUresult.CUDA_ERROR_LAUNCH_FAILED,
        "thread (31,0,0)",
        "index out of an array's bounds");
  }

  @Test
  void aMisalignedVector() {
    CUfunction vector =
        kernel(
            """
            extern "C" __global__ void vector(float* x) { *(float4*)(x + 1) = float4(); }
            """);

    isFound(
        launch(vector, 1, 1).run(pointer(allocate(64))),
        CUresult.CUDA_ERROR_LAUNCH_FAILED,
        "misaligned address");
  }

  @Test
  void aDivisionByZero() {
    CUfunction divide =
        kernel("extern \"C\" __global__ void divide(int* x, int d) { *x = 7 / d; }");

    isFound(
        launch(divide, 1, 1).run(pointer(allocate(4)), integer(0)),
        CUresult.CUDA_ERROR_LAUNCH_FAILED,
        "division by zero");
  }

  @Test
  void anAssertionOnTheDevice() {
    CUfunction claim = kernel("extern \"C\" __global__ void claim(int v) { assert(v == 3); }");

    isFound(launch(claim, 1, 1).run(integer(4)), CUresult.CUDA_ERROR_ASSERT, "test.cu:1", "v == 3");
  }

  @Test
  void aPointerToTheHost() {
    CUfunction store = kernel(STORE);
    Pointer host = Pointer.to(new long[] {0x7f0000001000L});

    isFound(
        launch(store, 1, 1).run(host, integer(0)),
        CUresult.CUDA_ERROR_INVALID_VALUE,
        "not a device address");
  }

  @Test
  void aCopyPastTheEnd() {
    CUdeviceptr x = allocate(8);

    isFound(
        JCudaDriver.cuMemcpyHtoD(x, Pointer.to(new float[3]), 12),
        CUresult.CUDA_ERROR_INVALID_VALUE,
        "12 bytes of device memory");
  }
}
