package dev.merapi.train.metric;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.HostTensor;

/**
 * Root mean squared error: the square root of the mean over all elements of (prediction -
 * target)^2, in the targets' unit; both of one type and shape. Source: Keras, RootMeanSquaredError.
 */
public record RootMeanSquaredError() implements Regression {
  @Override
  public Value elements(Value difference) {
    return Ops.square(difference);
  }

  @Override
  public HostTensor result(HostTensor accumulator, long samples) {
    return HostTensor.of(accumulator.type(), Math.sqrt(accumulator.item() / samples));
  }
}
