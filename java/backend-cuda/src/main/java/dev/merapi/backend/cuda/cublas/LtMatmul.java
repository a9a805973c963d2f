package dev.merapi.backend.cuda.cublas;

import dev.merapi.backend.cuda.runtime.CudaStream;

/** A product of cuBLASLt in certain memory, to be launched again and again. */
final class LtMatmul implements AutoCloseable {
  private final LtProduct product;
  private long address;

  LtMatmul(LtProduct product, long address) {
    this.product = product;
    this.address = address;
  }

  /** Enqueues it. */
  void run(CudaStream stream) {
    if (address == 0) {
      throw new IllegalStateException(product + " has been closed");
    }
    try {
      CublasLtLibrary.run(address, stream.address());
    } catch (IllegalStateException e) {
      throw CublasLt.failure(product, e);
    }
  }

  @Override
  public void close() {
    CublasLtLibrary.destroyMatmul(address);
    address = 0;
  }
}
