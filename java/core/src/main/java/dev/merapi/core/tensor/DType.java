package dev.merapi.core.tensor;

/**
 * The element type of a tensor.
 *
 * <p>{@code F32} is what networks compute in, {@code F64} what gradients are checked in, {@code
 * I32} holds labels and indices, {@code U8} holds image bytes (0 to 255).
 */
public enum DType {
  F32(4, true),
  F64(8, true),
  I32(4, false),
  U8(1, false);

  private final int bytes;
  private final boolean floating;

  DType(int bytes, boolean floating) {
    this.bytes = bytes;
    this.floating = floating;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Whether values are floating point; only these have gradients. */
  public boolean isFloating() {
    return floating;
  }

  /**
   * What a computed real number becomes when it is stored in this type: rounded for F32, unchanged
   * for F64, truncated and saturated for I32, truncated and saturated to 0..255 for U8; NaN becomes
   * 0 in the integer types.
   */
  public double convert(double value) {
    return switch (this) {
      case F32 -> (float) value;
      case F64 -> value;
      case I32 -> (int) value;
      case U8 -> Math.max(0, Math.min(255, (int) value));
    };
  }
}
