package dev.merapi.train.schedule;

import dev.merapi.core.scalar.ScalarExpr;

/**
 * The learning rate stays as it is: factor = 1.
 *
 * <p>Source: PyTorch's {@code ConstantLR} with a factor of 1.
 */
public record Constant() implements Schedule {
  @Override
  public ScalarExpr factor(Horizon horizon) {
    return ScalarExpr.ONE;
  }
}
