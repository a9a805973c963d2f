package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Net;

/**
 * A smooth rectifier: y = log(1 + exp(x)), for x and y of any shape.
 *
 * <p>Source: Dugas et al., NIPS 2000.
 */
public record Softplus() implements Activation {
  @Override
  public Value build(Net net, Value x) {
    return Ops.softplus(x);
  }
}
