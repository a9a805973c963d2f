package dev.merapi.core.backend;

/**
 * What a device may do to be faster. A device that cannot make use of a permission ignores it.
 *
 * @param tf32 whether products of F32 tensors may round their factors to TF32, which has 10 bits of
 *     mantissa instead of 23; all else is computed as ever
 * @param deterministic whether runs with equal data must give equal bits
 */
public record Numerics(boolean tf32, boolean deterministic) {
  /** Full precision, and the same bits each time. */
  public static final Numerics DEFAULT = new Numerics(false, true);
}
