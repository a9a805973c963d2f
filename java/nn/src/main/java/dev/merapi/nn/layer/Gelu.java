package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;

/** y = x / 2 * (1 + erf(x / sqrt(2))), the exact form. Source: Hendrycks and Gimpel, 2016. */
public record Gelu() implements Activation {
  @Override
  public Value apply(Value x) {
    return Ops.gelu(x);
  }
}
