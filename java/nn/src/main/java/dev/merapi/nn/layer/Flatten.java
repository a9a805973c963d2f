package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;

/**
 * Makes each sample a vector: x [N, ...] becomes y [N, features], in row-major order.
 *
 * <p>Source: PyTorch's {@code Flatten}.
 */
public record Flatten() implements Layer {
  @Override
  public Value build(Net net, Value x) {
    GraphException.check(x.shape().rank() >= 1, "flatten: expected [N, ...], found %s", x.type());
    int samples = x.shape().dim(0);
    return Ops.reshape(x, samples, x.shape().slice(1, x.shape().rank()).elements());
  }
}
