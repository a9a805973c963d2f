package dev.merapi.train.schedule;

import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.ScalarExpr;

/**
 * How the learning rate changes during the training: lr(step) = base learning rate * factor(step).
 *
 * <p>The factor is an expression, so that it is computed on the device and nothing is uploaded per
 * step.
 */
@FunctionalInterface
public interface Schedule {
  /** The factor, where {@code arg(0)} is the number of steps taken so far: 0 in the first one. */
  ScalarExpr factor(Horizon horizon);

  /** The part of the training that lies behind, 0 to 1; it stays 1 when the training goes on. */
  static ScalarExpr progress(Horizon horizon) {
    ScalarExpr steps = ScalarExpr.constant(horizon.totalSteps());
    ScalarExpr taken = ScalarExpr.binary(BinaryFunction.MIN, ScalarExpr.arg(0), steps);
    return ScalarExpr.div(taken, steps);
  }
}
