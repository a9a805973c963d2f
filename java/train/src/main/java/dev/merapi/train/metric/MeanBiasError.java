package dev.merapi.train.metric;

import dev.merapi.core.graph.Value;

/**
 * Mean bias error: the mean over all elements of prediction - target, above 0 where predictions are
 * too high; both of one type and shape. Source: Willmott, "Some Comments on the Evaluation of Model
 * Performance", 1982.
 */
public record MeanBiasError() implements Regression {
  @Override
  public Value elements(Value difference) {
    return difference;
  }
}
