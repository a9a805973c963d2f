package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Net;

/**
 * The scaled exponential linear unit: y = scale * x for x above 0, else scale * alpha * (exp(x) -
 * 1), for x and y of any shape.
 *
 * <p>With scale 1.0507009873554805 and alpha 1.6732632423543772 the outputs of a deep network of
 * dense layers, begun with {@code lecunNormal}, go to mean 0 and variance 1 by themselves. Source:
 * Klambauer, Unterthiner, Mayr and Hochreiter, NIPS 2017.
 */
public record Selu() implements Activation {
  private static final double ALPHA = 1.6732632423543772;
  private static final double SCALE = 1.0507009873554805;

  @Override
  public Value build(Net net, Value x) {
    return Ops.mul(Ops.elu(x, ALPHA), SCALE);
  }
}
