package dev.merapi.conformance;

import dev.merapi.core.tensor.DType;

/**
 * How far a computed element may be from the expected one: roundings * epsilon * max(1,
 * |expected|), where epsilon is the element type's spacing at 1.
 *
 * @param roundings how many roundings may add up; 0 means the same number, sign of zero included
 */
public record Tolerance(double roundings) {
  /** The same bits, but for the payload of a NaN. */
  public static final Tolerance EXACT = new Tolerance(0);

  /** Of one scalar function or a few. */
  public static final Tolerance ELEMENTWISE = new Tolerance(8);

  /** Of a sum of this many terms of ordinary size. */
  public static Tolerance sumOf(int terms) {
    return new Tolerance(8 + terms);
  }

  /** Whether the actual number is near enough to the expected one; both in the element type. */
  public boolean accepts(DType dtype, double expected, double actual) {
    if (Double.compare(expected, actual) == 0) {
      return true;
    }
    if (roundings == 0 || Double.isNaN(expected) || Double.isInfinite(expected)) {
      return roundings != 0 && expected == actual;
    }
    return Math.abs(expected - actual) <= bound(dtype) * Math.max(1, Math.abs(expected));
  }

  /** The bound relative to max(1, |expected|). */
  public double bound(DType dtype) {
    return switch (dtype) {
      case F32 -> roundings * 0x1p-23;
      case F64 -> roundings * 0x1p-52;
      case I32, U8 -> 0;
    };
  }
}
