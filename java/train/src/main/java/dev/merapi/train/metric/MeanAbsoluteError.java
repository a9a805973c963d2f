package dev.merapi.train.metric;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;

/**
 * Mean absolute error: the mean over all elements of |prediction - target|; both of one type and
 * shape. Source: Keras, MeanAbsoluteError.
 */
public record MeanAbsoluteError() implements Regression {
  @Override
  public Value elements(Value difference) {
    return Ops.abs(difference);
  }
}
