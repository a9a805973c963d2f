package dev.merapi.nn.loss;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;

/**
 * The mean over all elements of -t log p - (1 - t) log(1 - p), where p = sigmoid(x) for a logit x
 * and t is the probability that was wanted; both of one type and shape.
 *
 * <p>Computed as softplus(x) - t x, which is exact for logits of any size.
 */
public record BinaryCrossEntropy() implements SameShape {
  @Override
  public Value elements(Value prediction, Value target) {
    return Ops.sub(Ops.softplus(prediction), Ops.mul(prediction, target));
  }
}
