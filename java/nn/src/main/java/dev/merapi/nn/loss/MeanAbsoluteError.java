package dev.merapi.nn.loss;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;

/**
 * Mean absolute error: loss = mean over all elements of |prediction - target|.
 *
 * <p>Prediction and target: one type and shape; the gradient at 0 is 0. Source: PyTorch, L1Loss.
 */
public record MeanAbsoluteError() implements SameShape {
  @Override
  public Value elements(Value prediction, Value target) {
    return Ops.abs(Ops.sub(prediction, target));
  }
}
