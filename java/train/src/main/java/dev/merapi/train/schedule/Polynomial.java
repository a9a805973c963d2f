package dev.merapi.train.schedule;

import static dev.merapi.core.scalar.ScalarExpr.add;
import static dev.merapi.core.scalar.ScalarExpr.constant;
import static dev.merapi.core.scalar.ScalarExpr.mul;
import static dev.merapi.core.scalar.ScalarExpr.sub;

import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.nn.Default;

/**
 * A power law from 1 at the start down to {@code minFactor} at the training's end: factor = min +
 * (1 - min) (1 - step / totalSteps)^power.
 *
 * <p>Power 1 is a straight line. The decay alpha / (beta + step)^gamma, which has no end, is {@link
 * InversePolynomial}.
 *
 * <p>Source: PyTorch's {@code PolynomialLR}, which is the case minFactor = 0.
 *
 * @param power the exponent
 * @param minFactor the factor after the last step
 */
public record Polynomial(@Default("1") double power, @Default("0") double minFactor)
    implements Schedule {
  public Polynomial {
    if (!(power > 0)) {
      throw new IllegalArgumentException("power must be above 0, found " + power);
    }
    if (!(minFactor >= 0 && minFactor <= 1)) {
      throw new IllegalArgumentException("minFactor must be from 0 to 1, found " + minFactor);
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
    return add(constant(minFactor), mul(constant(1 - minFactor), fallen));
  }
}
