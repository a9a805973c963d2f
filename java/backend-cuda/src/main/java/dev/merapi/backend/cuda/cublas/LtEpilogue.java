package dev.merapi.backend.cuda.cublas;

/** What cuBLASLt does to a product of row-major matrices A B before it stores it, or besides. */
enum LtEpilogue {
  /** Nothing. */
  NONE(1),
  /** Adds a number to each column. */
  BIAS(4),
  /** Adds a number to each column, and then makes 0 of what is negative. */
  RELU_BIAS(2 | 4),
  /**
   * Adds a number to each column, and then takes GELU in its tanh approximation: not {@link
   * dev.merapi.core.op.elementwise.Gelu}, which is the exact one, and for which no pass uses this.
   */
  GELU_BIAS(32 | 4),
  /** Sums B over the inner axis, a number for each column: cuBLASLt's BGRADA. */
  SUM_B(256),
  /** Sums A over the inner axis, a number for each row: cuBLASLt's BGRADB. */
  SUM_A(512);

  /** {@code cublasLtEpilogue_t}. */
  private final int number;

  LtEpilogue(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
