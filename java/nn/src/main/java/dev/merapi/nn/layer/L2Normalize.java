package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;

/**
 * L2 normalization: y = x / max(||x||_2, epsilon) along the last axis, so that every row has length
 * 1 and distances are between 0 and 2.
 *
 * <p>x [N, ..., features], y of the same shape; a row of zeros stays one. Source: PyTorch,
 * functional.normalize.
 *
 * @param epsilon the length below which rows are not made longer, above 0
 */
public record L2Normalize(@Default("1e-12") double epsilon) implements Layer {
  public L2Normalize {
    GraphException.check(
        epsilon > 0 && epsilon < Double.POSITIVE_INFINITY,
        "epsilon must be above 0 and finite, found %s",
        epsilon);
  }

  /** Where there is a length at all. */
  public L2Normalize() {
    this(1e-12);
  }

  @Override
  public Value build(Net net, Value x) {
    GraphException.check(
        x.shape().rank() >= 2, "l2Normalize: expected [N, ..., features], found %s", x.shape());
    Value squares = Ops.sumKeepDims(Ops.square(x), -1);
    // Not by a square root, whose gradient at 0 is infinite.
    return Ops.mul(x, Ops.rsqrt(Ops.max(squares, epsilon * epsilon)));
  }
}
