package dev.merapi.nn.loss;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;

/** The mean over all elements of |prediction - target|; both of one type and shape. */
public record MeanAbsoluteError() implements SameShape {
  @Override
  public Value elements(Value prediction, Value target) {
    return Ops.abs(Ops.sub(prediction, target));
  }
}
