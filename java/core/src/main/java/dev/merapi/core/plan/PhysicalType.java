package dev.merapi.core.plan;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;

/**
 * How a tensor lies in a device's memory: what the planner needs to know, and the layout that only
 * the backend understands.
 *
 * @param type what the tensor is in the graph
 * @param bytes with padding
 * @param alignment of the first byte
 * @param layout the backend's name for the order of elements; {@code "dense"} is row-major
 */
public record PhysicalType(TensorType type, long bytes, int alignment, String layout) {
  /** What every buffer is aligned to unless a kernel asks for more. */
  public static final int ALIGNMENT = 256;

  /** Row-major without padding. */
  public static PhysicalType dense(TensorType type) {
    return new PhysicalType(type, type.bytes(), ALIGNMENT, "dense");
  }

  /** Scratch memory. */
  public static PhysicalType workspace(long bytes) {
    return dense(new TensorType(DType.U8, Shape.of(Math.toIntExact(bytes))));
  }
}
