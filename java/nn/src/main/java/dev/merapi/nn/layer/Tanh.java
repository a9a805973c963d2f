package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Net;

/**
 * The hyperbolic tangent: y = tanh(x) = (exp(x) - exp(-x)) / (exp(x) + exp(-x)), for x and y of any
 * shape.
 *
 * <p>Source: LeCun, Bottou, Orr and Müller, "Efficient backprop", 1998.
 */
public record Tanh() implements Activation {
  @Override
  public Value build(Net net, Value x) {
    return Ops.tanh(x);
  }
}
