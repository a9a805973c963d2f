package dev.merapi.backend.cuda.cublas;

import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.LibraryHandle;
import dev.merapi.core.runtime.Owned;
import jcuda.CudaException;
import jcuda.Pointer;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasPointerMode;
import jcuda.runtime.cudaStream_t;

/** cuBLAS on the stream of a context. */
final class Cublas implements LibraryHandle {
  /** The library chooses the algorithm, always the same one for the same product. */
  private static final int DEFAULT_ALGORITHM = -1;

  private final cublasHandle handle = new cublasHandle();
  private final Owned owned = new Owned();

  /**
   * Where the matrices of a stack of products lie.
   *
   * @param strideA elements from one A to the next; 0 when there is only one
   * @param strideB elements from one B to the next
   * @param count how many products
   */
  record Stack(Pointer a, long strideA, Pointer b, long strideB, Pointer c, int count) {}

  private Cublas(CudaContext context) {
    Workspace workspace = Workspace.of(context);
    try {
      JCublas2.cublasCreate(handle);
      owned.add(() -> JCublas2.cublasDestroy(handle));
      JCublas2.cublasSetStream(handle, new cudaStream_t(context.stream().handle()));
      // Behind the stream, which takes the workspace away.
      JCublas2.cublasSetWorkspace(handle, workspace.pointer(), workspace.bytes());
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
    GemmArithmetic arithmetic = GemmArithmetic.of(gemm);
    try {
      if (stack.count() == 1) {
        one(gemm, stack, arithmetic);
      } else {
        many(gemm, stack, arithmetic);
      }
    } catch (CudaException e) {
      throw new IllegalStateException(
          "cuBLAS: %s in %d of %s".formatted(e.getMessage(), stack.count(), gemm), e);
    }
  }

  private void one(Gemm gemm, Stack stack, GemmArithmetic arithmetic) {
    JCublas2.cublasGemmEx_new(
        handle,
        operation(gemm.transposeB()),
        operation(gemm.transposeA()),
        gemm.n(),
        gemm.m(),
        gemm.k(),
        arithmetic.one(),
        stack.b(),
        arithmetic.type(),
        gemm.rowB(),
        stack.a(),
        arithmetic.type(),
        gemm.rowA(),
        arithmetic.zero(),
        stack.c(),
        arithmetic.type(),
        gemm.n(),
        arithmetic.compute(),
        DEFAULT_ALGORITHM);
  }

  private void many(Gemm gemm, Stack stack, GemmArithmetic arithmetic) {
    JCublas2.cublasGemmStridedBatchedEx_new(
        handle,
        operation(gemm.transposeB()),
        operation(gemm.transposeA()),
        gemm.n(),
        gemm.m(),
        gemm.k(),
        arithmetic.one(),
        stack.b(),
        arithmetic.type(),
        gemm.rowB(),
        stack.strideB(),
        stack.a(),
        arithmetic.type(),
        gemm.rowA(),
        stack.strideA(),
        arithmetic.zero(),
        stack.c(),
        arithmetic.type(),
        gemm.n(),
        gemm.sizeC(),
        stack.count(),
        arithmetic.compute(),
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
