package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;

/**
 * y = x for x above 0, else alpha * (exp(x) - 1). Source: Clevert, Unterthiner and Hochreiter, ICLR
 * 2016.
 *
 * @param alpha what -y goes to for small x
 */
public record Elu(@Default("1") double alpha) implements Activation {
  /** With alpha 1. */
  public Elu() {
    this(1);
  }

  @Override
  public Value apply(Value x) {
    return Ops.elu(x, alpha);
  }
}
