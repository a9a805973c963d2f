package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;
import dev.merapi.nn.Net;

/**
 * The exponential linear unit: y = x for x above 0, else alpha * (exp(x) - 1), for x and y of any
 * shape.
 *
 * <p>Source: Clevert, Unterthiner and Hochreiter, ICLR 2016.
 *
 * @param alpha y goes to -alpha for large negative x, at least 0
 */
public record Elu(@Default("1") double alpha) implements Activation {
  /** With alpha 1. */
  public Elu() {
    this(1);
  }

  @Override
  public Value build(Net net, Value x) {
    return Ops.elu(x, alpha);
  }
}
