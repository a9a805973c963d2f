package dev.merapi.core.op.contraction;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.movement.Broadcast;
import dev.merapi.core.op.movement.Gather;
import dev.merapi.core.op.movement.Pad;
import dev.merapi.core.op.movement.Reshape;
import dev.merapi.core.op.movement.Slice;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * Masks for attention, to be added to scores: 0 where a query may see a key, else {@link #HIDDEN}.
 */
public final class AttentionMask {
  /**
   * What hides a key: after the softmax its weight is exactly 0. Not minus infinity, so that a
   * sequence without any key gets equal weights and not NaN, which would spread to all others.
   */
  public static final double HIDDEN = -1e30;

  private AttentionMask() {}

  /** A mask [T, S] in which query t sees the keys up to t, as PyTorch's {@code is_causal}. */
  public static Value causal(Graph graph, DType dtype, int queries, int keys) {
    return hiddenFrom(1, graph, dtype, queries, keys);
  }

  /**
   * A mask [N, S] in which sample n's keys are seen up to its length.
   *
   * @param lengths I32 [N], from 0 to S; others are an error when the program runs
   */
  public static Value lengths(Value lengths, int keys, DType dtype) {
    GraphException.check(
        lengths.dtype() == DType.I32 && lengths.shape().rank() == 1,
        "expected lengths I32[N], found %s",
        lengths.type());
    // Row n of the table is the mask of length n.
    return Gather.of(hiddenFrom(0, lengths.graph(), dtype, keys + 1, keys), lengths, 0);
  }

  /**
   * A matrix with HIDDEN where column - row >= first. Its element depends only on column - row, so
   * it is one pattern written over and over into rows that are one shorter than the pattern.
   */
  private static Value hiddenFrom(int first, Graph graph, DType dtype, int rows, int columns) {
    TensorType hidden = new TensorType(dtype, Shape.of(columns - first));
    if (hidden.shape().isEmpty()) {
      return Constant.of(graph, new TensorType(dtype, Shape.of(rows, columns)), 0);
    }
    int width = rows + columns;
    Value pattern =
        Pad.of(Constant.of(graph, hidden, HIDDEN), List.of(first), List.of(width - columns), 0);
    Value repeated =
        Reshape.of(Broadcast.of(pattern, Shape.of(rows, width)), Shape.of(rows * width));
    int shifted = width - 1;
    Value cut = Slice.of(repeated, List.of(0), List.of(rows * shifted));
    return Slice.of(
        Reshape.of(cut, Shape.of(rows, shifted)), List.of(0, 0), List.of(rows, columns));
  }
}
