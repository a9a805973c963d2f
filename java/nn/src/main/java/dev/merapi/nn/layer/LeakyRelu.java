package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;
import dev.merapi.nn.Net;

/**
 * The leaky rectified linear unit: y = x for x above 0, else slope * x, for x and y of any shape.
 *
 * <p>Source: Maas, Hannun and Ng, ICML 2013.
 *
 * @param slope the slope below 0, at least 0; 0.01 in the paper, 0.02 and 0.1 are usual, too
 */
public record LeakyRelu(@Default("0.01") double slope) implements Activation {
  /** With slope 0.01. */
  public LeakyRelu() {
    this(0.01);
  }

  @Override
  public Value build(Net net, Value x) {
    return Ops.leakyRelu(x, slope);
  }
}
