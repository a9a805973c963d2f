package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;

/**
 * The largest element of each channel: y[n, c] = max of x[n, c, ...], for x [N, C, H, W] and y [N,
 * C].
 *
 * <p>Source: Oquab, Bottou, Laptev and Sivic, CVPR 2015.
 */
public record GlobalMaxPool2d() implements Layer {
  @Override
  public String name() {
    return "pool";
  }

  @Override
  public Value build(Net net, Value x) {
    GraphException.check(
        x.shape().rank() == 4, "globalMaxPool2d: expected [N, C, H, W], found %s", x.shape());
    return Ops.reduceMax(x, 2, 3);
  }
}
