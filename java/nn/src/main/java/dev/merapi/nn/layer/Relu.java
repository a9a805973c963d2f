package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;

/** y = max(x, 0). Source: Nair and Hinton, ICML 2010. */
public record Relu() implements Activation {
  @Override
  public Value apply(Value x) {
    return Ops.relu(x);
  }
}
