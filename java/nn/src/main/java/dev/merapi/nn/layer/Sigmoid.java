package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;

/**
 * y = 1 / (1 + exp(-x)), the logistic function. Source: Rumelhart, Hinton and Williams, Nature 323,
 * 1986.
 */
public record Sigmoid() implements Activation {
  @Override
  public Value apply(Value x) {
    return Ops.sigmoid(x);
  }
}
