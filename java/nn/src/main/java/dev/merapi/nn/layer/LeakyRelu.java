package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;

/**
 * y = x for x above 0, else slope * x. Source: Maas, Hannun and Ng, ICML 2013.
 *
 * @param slope of the part below 0; textbooks have 0.01, 0.02 and 0.1
 */
public record LeakyRelu(@Default("0.01") double slope) implements Activation {
  /** With slope 0.01. */
  public LeakyRelu() {
    this(0.01);
  }

  @Override
  public Value apply(Value x) {
    return Ops.leakyRelu(x, slope);
  }
}
