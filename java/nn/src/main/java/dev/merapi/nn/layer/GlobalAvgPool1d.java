package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;

/**
 * The mean of each channel: y[n, c] = mean of x[n, c, ...], for x [N, C, L] and y [N, C].
 *
 * <p>Source: Lin, Chen and Yan, "Network in network", ICLR 2014.
 */
public record GlobalAvgPool1d() implements Layer {
  @Override
  public String name() {
    return "pool";
  }

  @Override
  public Value build(Net net, Value x) {
    GraphException.check(
        x.shape().rank() == 3, "globalAvgPool1d: expected [N, C, L], found %s", x.shape());
    return Ops.mean(x, 2);
  }
}
