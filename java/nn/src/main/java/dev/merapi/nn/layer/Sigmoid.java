package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Net;

/**
 * The logistic function: y = 1 / (1 + exp(-x)), for x and y of any shape.
 *
 * <p>Source: Rumelhart, Hinton and Williams, Nature 323, 1986.
 */
public record Sigmoid() implements Activation {
  @Override
  public Value build(Net net, Value x) {
    return Ops.sigmoid(x);
  }
}
