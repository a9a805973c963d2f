package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;

/**
 * y = x * sigmoid(x), also called swish. Source: Elfwing, Uchibe and Doya, Neural Networks 107,
 * 2018.
 */
public record Silu() implements Activation {
  @Override
  public Value apply(Value x) {
    return Ops.silu(x);
  }
}
