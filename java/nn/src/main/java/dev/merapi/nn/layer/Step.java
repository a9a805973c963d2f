package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Net;

/**
 * The Heaviside step function: y = 1 for x of at least 0, else 0 (also for NaN); a neuron that
 * fires or does not, for x and y of any shape.
 *
 * <p>Its gradient is 0 everywhere, so that nothing before it learns by gradients; a perceptron
 * learns by the loss {@code perceptron}, which needs no step. Source: McCulloch and Pitts, Bulletin
 * of Mathematical Biophysics 5, 1943; Rosenblatt, Psychological Review 65(6), 1958.
 */
public record Step() implements Activation {
  @Override
  public Value build(Net net, Value x) {
    return Ops.greaterEqual(x, 0);
  }
}
