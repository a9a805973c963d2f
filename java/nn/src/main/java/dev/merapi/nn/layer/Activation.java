package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;

/** A layer without variables that keeps the shape: a nonlinearity. */
public interface Activation extends Layer {
  /** The function itself, of the same shape as x. */
  Value apply(Value x);

  @Override
  default Value build(Net net, Value x) {
    return apply(x);
  }
}
