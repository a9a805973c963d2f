package dev.merapi.nn.loss;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/** Which samples of a batch belong together. */
public final class Matches {
  private Matches() {}

  /**
   * Whether scores [N, N] of each sample with each, and targets I32 [N, ...] are for each other.
   */
  public static boolean fit(TensorType scores, TensorType target) {
    Shape shape = scores.shape();
    return scores.dtype().isFloating()
        && shape.rank() == 2
        && shape.dim(0) == shape.dim(1)
        && target.dtype() == DType.I32
        && target.shape().rank() >= 1
        && target.shape().dim(0) == shape.dim(0);
  }

  /** 1 where the targets of two samples differ, else 0: I32 [N, N]. */
  public static Value different(Value target) {
    int n = target.shape().dim(0);
    int numbers = target.shape().elements() / n;
    Value differ =
        Ops.notEqual(Ops.reshape(target, n, 1, numbers), Ops.reshape(target, 1, n, numbers));
    return Ops.reduceMax(differ, 2);
  }

  /** Ones on the diagonal: rows of a one and n zeros, one behind the other, cut off after n * n. */
  static Value identity(Graph graph, DType dtype, int n) {
    Value ones = Constant.of(graph, new TensorType(dtype, Shape.of(n, 1)), 1);
    Value rows = Ops.pad(ones, List.of(0, 0), List.of(0, n), 0);
    Value flat = Ops.slice(Ops.reshape(rows, n * (n + 1)), List.of(0), List.of(n * n));
    return Ops.reshape(flat, n, n);
  }
}
