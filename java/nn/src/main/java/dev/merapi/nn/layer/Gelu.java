package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Net;

/**
 * The Gaussian error linear unit: y = x * (1 + erf(x / sqrt(2))) / 2, exactly and not by tanh, for
 * x and y of any shape.
 *
 * <p>Source: Hendrycks and Gimpel, arXiv 1606.08415, 2016.
 */
public record Gelu() implements Activation {
  @Override
  public Value build(Net net, Value x) {
    return Ops.gelu(x);
  }
}
