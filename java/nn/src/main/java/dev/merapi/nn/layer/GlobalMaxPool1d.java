package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;

/**
 * The largest element of each channel: y[n, c] = max of x[n, c, ...], for x [N, C, L] and y [N, C].
 *
 * <p>Source: Kim, "Convolutional neural networks for sentence classification", EMNLP 2014, max over
 * time.
 */
public record GlobalMaxPool1d() implements Layer {
  @Override
  public String name() {
    return "pool";
  }

  @Override
  public Value build(Net net, Value x) {
    GraphException.check(
        x.shape().rank() == 3, "globalMaxPool1d: expected [N, C, L], found %s", x.shape());
    return Ops.reduceMax(x, 2);
  }
}
