package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;

/** y = log(1 + exp(x)). Source: Dugas et al., NIPS 2000. */
public record Softplus() implements Activation {
  @Override
  public Value apply(Value x) {
    return Ops.softplus(x);
  }
}
