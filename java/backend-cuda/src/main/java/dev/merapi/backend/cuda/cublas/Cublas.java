package dev.merapi.backend.cuda.cublas;

import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.CudaMemory;
import dev.merapi.backend.cuda.runtime.HostNumber;
import dev.merapi.backend.cuda.runtime.LibraryHandle;
import dev.merapi.backend.cuda.runtime.Owned;
import dev.merapi.core.tensor.DType;
import jcuda.CudaException;
import jcuda.Pointer;
import jcuda.cudaDataType;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasComputeType;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasPointerMode;
import jcuda.runtime.cudaStream_t;

/**
 * cuBLAS on the stream of a context. It works in memory of ours: what it would allocate itself
 * could not be captured, and its results could differ from run to run.
 */
final class Cublas implements LibraryHandle {
  /** As NVIDIA recommends it, from Hopper on and before. */
  private static final long WORKSPACE = 32 << 20;

  private static final long WORKSPACE_BEFORE_HOPPER = 4 << 20;
  private static final int HOPPER = 90;

  /** The library chooses the algorithm, always the same one for the same product. */
  private static final int DEFAULT_ALGORITHM = -1;

  private final cublasHandle handle = new cublasHandle();
  private final Owned owned = new Owned();
  private final Precision f32 =
      new Precision(
          cudaDataType.CUDA_R_32F,
          cublasComputeType.CUBLAS_COMPUTE_32F,
          HostNumber.float32(1),
          HostNumber.float32(0));
  private final Precision tf32 =
      new Precision(
          cudaDataType.CUDA_R_32F,
          cublasComputeType.CUBLAS_COMPUTE_32F_FAST_TF32,
          HostNumber.float32(1),
          HostNumber.float32(0));
  private final Precision f64 =
      new Precision(
          cudaDataType.CUDA_R_64F,
          cublasComputeType.CUBLAS_COMPUTE_64F,
          HostNumber.float64(1),
          HostNumber.float64(0));

  /** The type of the matrices, that of the sums, and factors of a product and of the old C. */
  private record Precision(int type, int compute, Pointer one, Pointer zero) {}

  /**
   * Where the matrices of a stack of products lie.
   *
   * @param strideA elements from one A to the next; 0 when there is only one
   * @param strideB elements from one B to the next
   * @param count how many products
   */
  record Stack(Pointer a, long strideA, Pointer b, long strideB, Pointer c, int count) {}

  private Cublas(CudaContext context) {
    long bytes = context.architecture() < HOPPER ? WORKSPACE_BEFORE_HOPPER : WORKSPACE;
    CudaMemory workspace = new CudaMemory(context, bytes, "cuBLAS");
    owned.add(workspace::close);
    try {
      JCublas2.cublasCreate(handle);
      owned.add(() -> JCublas2.cublasDestroy(handle));
      JCublas2.cublasSetStream(handle, new cudaStream_t(context.stream().handle()));
      // Behind the stream, which takes the workspace away.
      JCublas2.cublasSetWorkspace(handle, workspace.pointer(), bytes);
      JCublas2.cublasSetPointerMode(handle, cublasPointerMode.CUBLAS_POINTER_MODE_HOST);
    } catch (RuntimeException e) {
      owned.closeAfter(e);
      throw e;
    }
  }

  static Cublas of(CudaContext context) {
    return context.library(Cublas.class, Cublas::new);
  }

  /**
   * Enqueues products. cuBLAS knows column-major matrices, to which ours are transposed ones: the
   * transposed C is the transposed B times the transposed A. Numbers are shortened to TF32 only
   * where the product allows it.
   */
  void multiply(Gemm gemm, Stack stack) {
    try {
      if (stack.count() == 1) {
        one(gemm, stack, precision(gemm));
      } else {
        many(gemm, stack, precision(gemm));
      }
    } catch (CudaException e) {
      throw new IllegalStateException(
          "cuBLAS: %s in %d of %s".formatted(e.getMessage(), stack.count(), gemm), e);
    }
  }

  private Precision precision(Gemm gemm) {
    if (gemm.dtype() == DType.F64) {
      return f64;
    }
    return gemm.tf32() ? tf32 : f32;
  }

  private void one(Gemm gemm, Stack stack, Precision precision) {
    JCublas2.cublasGemmEx_new(
        handle,
        operation(gemm.transposeB()),
        operation(gemm.transposeA()),
        gemm.n(),
        gemm.m(),
        gemm.k(),
        precision.one(),
        stack.b(),
        precision.type(),
        gemm.rowB(),
        stack.a(),
        precision.type(),
        gemm.rowA(),
        precision.zero(),
        stack.c(),
        precision.type(),
        gemm.n(),
        precision.compute(),
        DEFAULT_ALGORITHM);
  }

  private void many(Gemm gemm, Stack stack, Precision precision) {
    JCublas2.cublasGemmStridedBatchedEx_new(
        handle,
        operation(gemm.transposeB()),
        operation(gemm.transposeA()),
        gemm.n(),
        gemm.m(),
        gemm.k(),
        precision.one(),
        stack.b(),
        precision.type(),
        gemm.rowB(),
        stack.strideB(),
        stack.a(),
        precision.type(),
        gemm.rowA(),
        stack.strideA(),
        precision.zero(),
        stack.c(),
        precision.type(),
        gemm.n(),
        gemm.sizeC(),
        stack.count(),
        precision.compute(),
        DEFAULT_ALGORITHM);
  }

  private static int operation(boolean transpose) {
    return transpose ? cublasOperation.CUBLAS_OP_T : cublasOperation.CUBLAS_OP_N;
  }

  @Override
  public void close() {
    owned.close();
  }
}
