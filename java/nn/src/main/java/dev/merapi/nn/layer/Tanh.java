package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;

/** y = tanh(x), the hyperbolic tangent. */
public record Tanh() implements Activation {
  @Override
  public Value apply(Value x) {
    return Ops.tanh(x);
  }
}
