package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;

/** y = tanh(x), the hyperbolic tangent. Source: LeCun et al., "Efficient backprop", 1998. */
public record Tanh() implements Activation {
  @Override
  public Value apply(Value x) {
    return Ops.tanh(x);
  }
}
