package dev.merapi.nn.loss;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.exp;
import static dev.merapi.core.op.Ops.log;
import static dev.merapi.core.op.Ops.max;
import static dev.merapi.core.op.Ops.reduceMax;
import static dev.merapi.core.op.Ops.reshape;
import static dev.merapi.core.op.Ops.stopGradient;
import static dev.merapi.core.op.Ops.sub;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;

/** Sums of numbers that are kept as logarithms, which neither overflow nor underflow. */
final class LogSpace {
  /**
   * The logarithm of what counts as 0. It is finite, since the difference of two infinities, which
   * a sum of nothing but zeros would take, is no number; and far from the ends of F32, so that it
   * can be added up.
   */
  static final double ZERO = -1e30;

  /** What is not above this has {@link #ZERO} as a factor. */
  static final double IMPOSSIBLE = ZERO / 10;

  private LogSpace() {}

  /** log sum exp(x) along one axis, which goes. */
  static Value sum(Value x, int axis) {
    Value largest = stopGradient(reduceMax(x, axis)); // cancels out, so it needs no gradient
    Value shifted = sub(x, reshape(largest, x.shape().with(axis, 1).toArray()));
    return add(largest, log(Ops.sum(exp(shifted), axis)));
  }

  /** log(exp(a) + exp(b) + exp(c)), element by element. */
  static Value sum(Value a, Value b, Value c) {
    Value largest = stopGradient(max(a, max(b, c)));
    Value sum = add(add(exp(sub(a, largest)), exp(sub(b, largest))), exp(sub(c, largest)));
    return add(largest, log(sum));
  }
}
