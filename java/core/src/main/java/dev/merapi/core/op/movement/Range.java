package dev.merapi.core.op.movement;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.elementwise.Arithmetic;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/** The numbers 0, 1, 2, ... as a vector, made of few nodes: each joins what is there to itself. */
public final class Range {
  /** The first whole number that F32 cannot count on from. */
  private static final int EXACT = 1 << 24;

  private Range() {}

  /**
   * The numbers from 0 to count - 1.
   *
   * @param dtype a floating-point type
   * @param count at least 1, at most 2^24: up to there F32 has every whole number
   */
  public static Value of(Graph graph, DType dtype, int count) {
    GraphException.check(
        dtype.isFloating() && count >= 1 && count <= EXACT,
        "range: expected a floating-point type and a count from 1 to %d, found %s and %d",
        EXACT,
        dtype,
        count);
    Value numbers = Constant.of(graph, new TensorType(dtype, Shape.of(1)), 0);
    for (int size = 1; size < count; size *= 2) {
      numbers = Concat.of(0, List.of(numbers, Arithmetic.add(numbers, size)));
    }
    return Slice.of(numbers, List.of(0), List.of(count));
  }
}
