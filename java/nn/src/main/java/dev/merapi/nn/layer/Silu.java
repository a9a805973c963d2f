package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Net;

/**
 * The sigmoid linear unit, also called swish: y = x * sigmoid(x), for x and y of any shape.
 *
 * <p>Source: Elfwing, Uchibe and Doya, Neural Networks 107, 2018.
 */
public record Silu() implements Activation {
  @Override
  public Value build(Net net, Value x) {
    return Ops.silu(x);
  }
}
