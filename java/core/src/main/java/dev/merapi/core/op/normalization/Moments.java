package dev.merapi.core.op.normalization;

import static dev.merapi.core.op.elementwise.Arithmetic.mul;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.reduction.Reduce;
import dev.merapi.core.op.reduction.ReduceFunction;

/** Reductions that keep the reduced axes at size 1, for decompositions. */
final class Moments {
  private Moments() {}

  static Value max(Value x, int axis) {
    return Reduce.of(ReduceFunction.MAX, x, true, axis);
  }

  /** The sum over some axes, which stay with size 1; no axes leave the value as it is. */
  static Value sum(Value x, int... axes) {
    return axes.length == 0 ? x : Reduce.of(ReduceFunction.SUM, x, true, axes);
  }

  /** The mean over some axes, which stay with size 1. */
  static Value mean(Value x, int... axes) {
    Value sum = sum(x, axes);
    return mul(sum, (double) sum.shape().elements() / x.shape().elements());
  }
}
