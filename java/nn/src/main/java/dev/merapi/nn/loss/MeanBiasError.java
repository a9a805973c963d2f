package dev.merapi.nn.loss;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;

/**
 * Mean bias error: loss = mean over all elements of prediction - target, which is above 0 where
 * predictions are too high.
 *
 * <p>It tells in which direction predictions err. Errors cancel each other and it has no smallest
 * value, so that training by it alone lowers all predictions without end; weighted, it is a part of
 * other losses. Prediction and target: one type and shape. Source: Willmott, "Some Comments on the
 * Evaluation of Model Performance", Bulletin of the American Meteorological Society 63(11), 1982.
 */
public record MeanBiasError() implements SameShape {
  @Override
  public Value elements(Value prediction, Value target) {
    return Ops.sub(prediction, target);
  }
}
