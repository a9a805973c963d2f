package dev.merapi.cuda.standin;

import static dev.merapi.cuda.standin.Cuda.allocate;
import static dev.merapi.cuda.standin.Cuda.check;
import static dev.merapi.cuda.standin.Cuda.download;
import static dev.merapi.cuda.standin.Cuda.single;
import static dev.merapi.cuda.standin.Cuda.stream;
import static dev.merapi.cuda.standin.Cuda.upload;
import static jcuda.cudaDataType.CUDA_R_32F;
import static jcuda.jcublas.cublasComputeType.CUBLAS_COMPUTE_32F;
import static jcuda.jcublas.cublasComputeType.CUBLAS_COMPUTE_32F_FAST_TF32;
import static jcuda.jcublas.cublasGemmAlgo.CUBLAS_GEMM_DEFAULT;
import static jcuda.jcublas.cublasOperation.CUBLAS_OP_N;
import static jcuda.jcublas.cublasOperation.CUBLAS_OP_T;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.cuda.standin.StandIn.Counter;
import dev.merapi.cuda.standin.StandIn.Knob;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasPointerMode;
import jcuda.jcublas.cublasStatus;
import jcuda.runtime.cudaStream_t;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Products through JCublas. */
@WithStandIn
class BlasTest {
  private static final Pointer ONE = single(1);
  private static final Pointer ZERO = single(0);

  private cublasHandle handle;
  private CUstream stream;

  @BeforeEach
  void create() {
    JCublas2.setExceptionsEnabled(false);
    handle = new cublasHandle();
    stream = stream();
    check(JCublas2.cublasCreate(handle));
    check(JCublas2.cublasSetStream(handle, new cudaStream_t(stream)));
  }

  @AfterEach
  void destroy() {
    check(JCublas2.cublasDestroy(handle));
  }

  /** A column of products of two rows of [1 2; 3 4] by [5; 6]: 17 and 39. */
  private int multiply(Pointer alpha, CUdeviceptr a, CUdeviceptr b, Pointer beta, CUdeviceptr c) {
    return JCublas2.cublasGemmEx_new(
        handle,
        CUBLAS_OP_T,
        CUBLAS_OP_N,
        2,
        1,
        2,
        alpha,
        a,
        CUDA_R_32F,
        2,
        b,
        CUDA_R_32F,
        2,
        beta,
        c,
        CUDA_R_32F,
        2,
        CUBLAS_COMPUTE_32F,
        CUBLAS_GEMM_DEFAULT);
  }

  @Test
  void version() {
    int[] version = {0};
    check(JCublas2.cublasGetVersion(handle, version));
    assertThat(version[0]).isEqualTo(120600);
  }

  @Test
  void aProductWaitsForItsStream() {
    Knob.LAZY.set(1);
    CUdeviceptr c = upload(-1, -1);
    check(multiply(ONE, upload(1, 2, 3, 4), upload(5, 6), ZERO, c));
    assertThat(download(c, 2)).containsExactly(-1, -1);
    check(JCudaDriver.cuStreamSynchronize(stream));
    assertThat(download(c, 2)).containsExactly(17, 39);
  }

  @Test
  void scalarsOnTheDevice() {
    CUdeviceptr c = upload(100, 200);
    check(JCublas2.cublasSetPointerMode(handle, cublasPointerMode.CUBLAS_POINTER_MODE_DEVICE));
    check(multiply(upload(2), upload(1, 2, 3, 4), upload(5, 6), upload(1), c));
    check(JCudaDriver.cuStreamSynchronize(stream));
    assertThat(download(c, 2)).containsExactly(134, 278);
  }

  @Test
  void capturedProductsKeepTheirScalars() {
    CUdeviceptr c = upload(0, 0);
    CUdeviceptr a = upload(1, 2, 3, 4);
    CUdeviceptr b = upload(5, 6);
    float[] alpha = {1};
    check(
        JCudaDriver.cuStreamBeginCapture(
            stream, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
    check(multiply(Pointer.to(alpha), a, b, ONE, c));
    alpha[0] = 1000;
    CUgraph graph = new CUgraph();
    check(JCudaDriver.cuStreamEndCapture(stream, graph));
    CUgraphExec executable = new CUgraphExec();
    check(JCudaDriver.cuGraphInstantiate(executable, graph, 0));
    check(JCudaDriver.cuGraphLaunch(executable, stream));
    check(JCudaDriver.cuGraphLaunch(executable, stream));
    check(JCudaDriver.cuStreamSynchronize(stream));
    assertThat(download(c, 2)).containsExactly(34, 78);
    check(JCudaDriver.cuGraphExecDestroy(executable));
    check(JCudaDriver.cuGraphDestroy(graph));
  }

  @Test
  void batches() {
    CUdeviceptr c = allocate(8);
    CUdeviceptr a = upload(1, 2, 3, 4);
    CUdeviceptr b = upload(5, 6);
    check(
        JCublas2.cublasGemmStridedBatchedEx_new(
            handle,
            CUBLAS_OP_N,
            CUBLAS_OP_N,
            1,
            1,
            2,
            ONE,
            a,
            CUDA_R_32F,
            1,
            2,
            b,
            CUDA_R_32F,
            2,
            0,
            ZERO,
            c,
            CUDA_R_32F,
            1,
            1,
            2,
            CUBLAS_COMPUTE_32F,
            CUBLAS_GEMM_DEFAULT));
    check(JCudaDriver.cuStreamSynchronize(stream));
    assertThat(download(c, 2)).containsExactly(17, 39);
  }

  @Test
  void wrongArguments() {
    CUdeviceptr a = upload(1, 2, 3, 4);
    CUdeviceptr b = upload(5, 6);
    assertThat(multiply(ONE, a, b, ZERO, upload(1)))
        .isEqualTo(cublasStatus.CUBLAS_STATUS_INVALID_VALUE);
    assertThat(Cuda.lastError()).contains("C needs 8 bytes");
    assertThat(multiply(ONE, a, b, ZERO, a)).isEqualTo(cublasStatus.CUBLAS_STATUS_INVALID_VALUE);
    assertThat(Cuda.lastError()).contains("C", "overlaps A");
    int tf32 =
        JCublas2.cublasGemmEx_new(
            handle,
            CUBLAS_OP_N,
            CUBLAS_OP_N,
            1,
            1,
            1,
            ONE,
            a,
            CUDA_R_32F,
            1,
            b,
            CUDA_R_32F,
            1,
            ZERO,
            upload(1),
            CUDA_R_32F,
            1,
            CUBLAS_COMPUTE_32F_FAST_TF32,
            CUBLAS_GEMM_DEFAULT);
    assertThat(tf32).isEqualTo(cublasStatus.CUBLAS_STATUS_INVALID_VALUE);
    assertThat(Cuda.lastError()).contains("STAND_IN_ALLOW_TF32");
  }

  @Test
  void handlesAreCountedAndLaunchesFailWhenTold() {
    int before = Counter.LIVE_HANDLES.read();
    cublasHandle other = new cublasHandle();
    check(JCublas2.cublasCreate(other));
    assertThat(Counter.LIVE_HANDLES.read()).isEqualTo(before + 1);
    check(JCublas2.cublasDestroy(other));
    assertThat(Counter.LIVE_HANDLES.read()).isEqualTo(before);
    CUdeviceptr a = upload(1, 2, 3, 4);
    CUdeviceptr b = upload(5, 6);
    CUdeviceptr c = allocate(8);
    Knob.FAIL_LAUNCH.set(1);
    assertThat(multiply(ONE, a, b, ZERO, c)).isEqualTo(cublasStatus.CUBLAS_STATUS_EXECUTION_FAILED);
  }
}
