package dev.merapi.train.schedule;

import static dev.merapi.core.scalar.ScalarExpr.add;
import static dev.merapi.core.scalar.ScalarExpr.constant;
import static dev.merapi.core.scalar.ScalarExpr.mul;
import static dev.merapi.core.scalar.ScalarExpr.sub;

import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.nn.Default;

/**
 * factor = end + (1 - end) (1 - step / totalSteps)^power: a power law from 1 down to {@code end};
 * power 1 is a straight line.
 *
 * <p>Source: PyTorch's {@code PolynomialLR}, which is the case end = 0.
 *
 * @param power the exponent
 * @param end the factor after the last step
 */
public record Polynomial(@Default("1") double power, @Default("0") double end) implements Schedule {
  public Polynomial {
    if (!(power > 0)) {
      throw new IllegalArgumentException("power must be above 0, found " + power);
    }
    if (!(end >= 0)) {
      throw new IllegalArgumentException("end must be at least 0, found " + end);
    }
  }

  /** A power law down to 0. */
  public Polynomial(double power) {
    this(power, 0);
  }

  @Override
  public ScalarExpr factor(Horizon horizon) {
    ScalarExpr left = sub(ScalarExpr.ONE, Schedule.progress(horizon));
    ScalarExpr fallen = ScalarExpr.binary(BinaryFunction.POW, left, constant(power));
    return add(constant(end), mul(constant(1 - end), fallen));
  }
}
