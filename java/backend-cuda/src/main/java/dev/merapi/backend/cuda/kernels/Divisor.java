package dev.merapi.backend.cuda.kernels;

import dev.merapi.backend.cuda.runtime.Launch;

/**
 * A size that a kernel divides by, as {@code struct Divisor} of {@code common.cuh}: numbers below
 * 2^31 are divided by a product and a shift.
 *
 * <p>Source: Granlund and Montgomery, "Division by invariant integers using multiplication", PLDI
 * 1994.
 */
final class Divisor {
  /** The 32-bit fields of the struct. */
  static final int FIELDS = 3;

  private Divisor() {}

  /** Sets the next argument, or the next part of one. */
  static Launch.Builder set(Launch.Builder launch, int size) {
    int shift = Integer.SIZE - Integer.numberOfLeadingZeros(size - 1);
    long magic = (1L << Integer.SIZE) * ((1L << shift) - size) / size + 1;
    return launch.int32(size).int32((int) magic).int32(shift);
  }
}
