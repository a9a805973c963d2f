package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;
import dev.merapi.nn.Net;

/**
 * Makes probabilities: y = exp(x) / sum of exp(x) along an axis, for x and y of one shape.
 *
 * <p>For training, the loss {@code softmaxCrossEntropy} takes logits and needs no softmax before
 * it. Source: Bridle, Neurocomputing, 1990.
 *
 * @param axis along which y sums to 1; negative ones count from the last
 */
public record Softmax(@Default("-1") int axis) implements Activation {
  /** Along the last axis. */
  public Softmax() {
    this(-1);
  }

  @Override
  public Value build(Net net, Value x) {
    int rank = x.shape().rank();
    GraphException.check(
        axis >= -rank && axis < rank, "softmax: no axis %d in %s", axis, x.shape());
    return Ops.softmax(x, axis);
  }
}
