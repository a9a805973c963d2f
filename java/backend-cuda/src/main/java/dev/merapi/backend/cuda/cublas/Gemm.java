package dev.merapi.backend.cuda.cublas;

import dev.merapi.core.tensor.DType;

/**
 * A product of row-major matrices: C [m, n] = A [m, k] B [k, n], where A lies as [k, m] if it is
 * transposed and B as [n, k].
 *
 * @param tf32 whether elements of A and B in F32 may be rounded to TF32
 */
record Gemm(
    DType dtype, boolean tf32, boolean transposeA, boolean transposeB, int m, int n, int k) {
  /** Elements from one row to the next as A lies. */
  int rowA() {
    return transposeA ? m : k;
  }

  /** Elements from one row to the next as B lies. */
  int rowB() {
    return transposeB ? k : n;
  }

  /** Elements from one A to the next of a stack. */
  long sizeA() {
    return (long) m * k;
  }

  /** Elements from one B to the next. */
  long sizeB() {
    return (long) k * n;
  }

  /** Elements from one C to the next. */
  long sizeC() {
    return (long) m * n;
  }

  @Override
  public String toString() {
    return "the product of %s [%d, %d]%s and [%d, %d]%s"
        .formatted(
            tf32 ? dtype + " (TF32)" : dtype,
            m,
            k,
            transposeA ? " (transposed)" : "",
            k,
            n,
            transposeB ? " (transposed)" : "");
  }
}
