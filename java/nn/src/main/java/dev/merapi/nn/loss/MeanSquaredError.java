package dev.merapi.nn.loss;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;

/**
 * Mean squared error: loss = mean over all elements of (prediction - target)^2.
 *
 * <p>Prediction and target: one type and shape. {@link SquaredError} is the textbook form that sums
 * over the outputs. Source: PyTorch, MSELoss.
 */
public record MeanSquaredError() implements SameShape {
  @Override
  public Value elements(Value prediction, Value target) {
    return Ops.square(Ops.sub(prediction, target));
  }
}
