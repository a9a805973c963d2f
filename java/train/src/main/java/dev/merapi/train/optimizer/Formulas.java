package dev.merapi.train.optimizer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Constant;

/** The pieces that optimizers share, and the checks of their hyperparameters. */
final class Formulas {
  private Formulas() {}

  /** Weight decay as a part of the gradient: g + decay p. */
  static Value decayed(Parameter p, double decay) {
    return decay == 0 ? p.grad() : Ops.add(p.grad(), Ops.mul(p.value(), decay));
  }

  /** The exponential moving average: rate mean + (1 - rate) x. */
  static Value average(Value mean, Value x, double rate) {
    return Ops.add(Ops.mul(mean, rate), Ops.mul(x, 1 - rate));
  }

  /**
   * What a moving average that began at 0 lacks after t steps: 1 - rate^t.
   *
   * <p>In F32 1 - pow(0.999, t) keeps only four digits for small t. With h = tanh(t log(rate) / 2)
   * the same number is -2h / (1 - h), which loses nothing.
   */
  static Value biasCorrection(double rate, Value step) {
    Value h = Ops.tanh(Ops.mul(step, Math.log(rate) / 2));
    Value one = Constant.scalar(step.graph(), step.dtype(), 1);
    return Ops.div(Ops.mul(h, -2), Ops.sub(one, h));
  }

  static void atLeastZero(String name, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(name + " must be at least 0, found " + value);
    }
  }

  static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, found " + value);
    }
  }

  static void belowOne(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(name + " must be at least 0 and below 1, found " + value);
    }
  }
}
