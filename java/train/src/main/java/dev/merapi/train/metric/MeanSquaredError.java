package dev.merapi.train.metric;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;

/**
 * Mean squared error: the mean over all elements of (prediction - target)^2; both of one type and
 * shape. Source: Keras, MeanSquaredError.
 */
public record MeanSquaredError() implements Regression {
  @Override
  public Value elements(Value difference) {
    return Ops.square(difference);
  }
}
