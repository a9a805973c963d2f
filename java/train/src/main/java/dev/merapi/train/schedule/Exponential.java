package dev.merapi.train.schedule;

import dev.merapi.core.scalar.ScalarExpr;

/**
 * The learning rate is multiplied by gamma after each epoch: factor = gamma^epoch.
 *
 * <p>Source: PyTorch's {@code ExponentialLR}.
 *
 * @param gamma what the learning rate is multiplied by
 */
public record Exponential(double gamma) implements Schedule {
  public Exponential {
    if (!(gamma > 0)) {
      throw new IllegalArgumentException("gamma must be above 0, found " + gamma);
    }
  }

  @Override
  public ScalarExpr factor(Horizon horizon) {
    return new Step(1, gamma).factor(horizon);
  }
}
