package dev.merapi.backend.cuda.cublas;

import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.LibraryHandle;

/** cuBLASLt, which does more to a product than cuBLAS does. */
final class CublasLt implements LibraryHandle {
  private final Workspace workspace;
  private final long handle;

  private CublasLt(CudaContext context) {
    workspace = Workspace.of(context);
    handle = CublasLtLibrary.create();
  }

  static CublasLt of(CudaContext context) {
    return context.library(CublasLt.class, CublasLt::new);
  }

  /** Whether it knows an algorithm. */
  boolean supports(LtProduct product) {
    try {
      bind(product, LtProduct.Operands.ANYWHERE).close();
      return true;
    } catch (UnsupportedOperationException e) {
      return false;
    }
  }

  /**
   * Chooses an algorithm, always the same one for the same product.
   *
   * @throws UnsupportedOperationException when there is none
   */
  LtMatmul bind(LtProduct product, LtProduct.Operands operands) {
    try {
      return new LtMatmul(
          product, CublasLtLibrary.createMatmul(handle, product.numbers(operands, workspace)));
    } catch (IllegalStateException e) {
      throw failure(product, e);
    }
  }

  static IllegalStateException failure(LtProduct product, IllegalStateException cause) {
    return new IllegalStateException(
        "cuBLASLt: %s in %s".formatted(cause.getMessage(), product), cause);
  }

  @Override
  public void close() {
    CublasLtLibrary.destroy(handle);
  }
}
