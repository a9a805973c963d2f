package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;

/**
 * Dropout: while training, makes each element 0 with some probability and divides the others by the
 * probability of being kept; else y = x; x and y of any shape. Source: Srivastava et al., JMLR 15,
 * 2014.
 *
 * @param rate the probability of being dropped, in [0, 1)
 */
public record Dropout(@Default("0.5") double rate) implements Layer {
  public Dropout {
    GraphException.check(rate >= 0 && rate < 1, "dropout: rate must be in [0, 1), found %s", rate);
  }

  /** Drops every second element. */
  public Dropout() {
    this(0.5);
  }

  @Override
  public Value build(Net net, Value x) {
    return net.training() ? Ops.dropout(x, rate) : x;
  }
}
