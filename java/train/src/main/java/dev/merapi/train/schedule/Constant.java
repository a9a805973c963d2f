package dev.merapi.train.schedule;

import dev.merapi.core.scalar.ScalarExpr;

/** factor = 1: the learning rate stays as it is. */
public record Constant() implements Schedule {
  @Override
  public ScalarExpr factor(Horizon horizon) {
    return ScalarExpr.ONE;
  }
}
