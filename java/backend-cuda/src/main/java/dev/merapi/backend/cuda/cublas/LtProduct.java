package dev.merapi.backend.cuda.cublas;

/**
 * A product of two row-major matrices and its epilogue.
 *
 * @param gemm the product
 * @param epilogue what is done besides
 */
record LtProduct(Gemm gemm, LtEpilogue epilogue) {
  /**
   * Addresses on the device.
   *
   * @param c what is added to the product; 0 for nothing
   * @param bias the bias, or what is summed; 0 if the epilogue needs none
   */
  record Operands(long a, long b, long c, long d, long bias) {
    /** Places that are not read, aligned as all buffers are. */
    static final Operands ANYWHERE = new Operands(256, 256, 256, 256, 256);
  }

  /**
   * What the native library reads, in this order. It knows column-major matrices, to which ours are
   * transposed ones: the transposed D is the transposed B times the transposed A.
   */
  long[] numbers(Operands at, Workspace workspace) {
    GemmArithmetic arithmetic = GemmArithmetic.of(gemm);
    return new long[] {
      arithmetic.type(),
      arithmetic.compute(),
      epilogue.number(),
      gemm.transposeB() ? 1 : 0,
      gemm.transposeA() ? 1 : 0,
      gemm.n(),
      gemm.m(),
      gemm.k(),
      at.b(),
      at.a(),
      at.c(),
      at.d(),
      at.bias(),
      workspace.pointer().address(),
      workspace.bytes()
    };
  }

  @Override
  public String toString() {
    return gemm + " with epilogue " + epilogue;
  }
}
