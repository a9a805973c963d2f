package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Net;

/**
 * The rectified linear unit: y = max(x, 0), for x and y of any shape; the gradient at 0 is 0.
 *
 * <p>Source: Nair and Hinton, ICML 2010.
 */
public record Relu() implements Activation {
  @Override
  public Value build(Net net, Value x) {
    return Ops.relu(x);
  }
}
