package dev.merapi.train.schedule;

import static dev.merapi.core.scalar.ScalarExpr.add;
import static dev.merapi.core.scalar.ScalarExpr.constant;
import static dev.merapi.core.scalar.ScalarExpr.mul;

import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.scalar.UnaryFunction;
import dev.merapi.nn.Default;

/**
 * Half a cosine from 1 down to {@code minFactor}: factor = min + (1 - min) (1 + cos(pi step /
 * totalSteps)) / 2.
 *
 * <p>Source: Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017,
 * without the restarts; PyTorch's {@code CosineAnnealingLR}.
 *
 * @param minFactor the factor after the last step
 */
public record Cosine(@Default("0") double minFactor) implements Schedule {
  public Cosine {
    if (!(minFactor >= 0 && minFactor <= 1)) {
      throw new IllegalArgumentException("minFactor must be from 0 to 1, found " + minFactor);
    }
  }

  /** Falls to 0. */
  public Cosine() {
    this(0);
  }

  @Override
  public ScalarExpr factor(Horizon horizon) {
    ScalarExpr angle = mul(constant(Math.PI), Schedule.progress(horizon));
    ScalarExpr wave = add(ScalarExpr.ONE, ScalarExpr.unary(UnaryFunction.COS, angle));
    return add(constant(minFactor), mul(constant((1 - minFactor) / 2), wave));
  }
}
