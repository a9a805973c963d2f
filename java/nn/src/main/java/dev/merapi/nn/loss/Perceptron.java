package dev.merapi.nn.loss;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.DType;

/**
 * The perceptron criterion: the mean over all elements of max(0, -t z) for a score z and t = 1
 * where the target is above 0, else -1.
 *
 * <p>Prediction: scores of any shape; target: of the same shape, -1 or 1, or 0 or 1, I32 labels or
 * the prediction's type. The gradient by z is -t wherever t z is not above 0, 0 included, else 0:
 * so a step of {@code sgd} of rate 1 with one sample, w = w + t x where the sample is not on its
 * side, is the perceptron's learning rule, which ends when the two classes can be separated by a
 * plane. Source: Rosenblatt, Psychological Review 65(6), 1958; Novikoff, "On convergence proofs on
 * perceptrons", 1962.
 */
public record Perceptron() implements Loss {
  @Override
  public Value build(Value prediction, Value target) {
    boolean labels = target.dtype() == DType.I32 || target.dtype() == prediction.dtype();
    GraphException.check(
        labels && target.shape().equals(prediction.shape()),
        "perceptron: expected a target of the prediction's shape %s, of its type or I32, found %s",
        prediction.type(),
        target.type());
    Value positive = Ops.greater(Ops.cast(target, prediction.dtype()), 0);
    Value margin = Ops.mul(prediction, Ops.sub(Ops.mul(positive, 2), 1));
    // Not max(0, -margin), whose gradient at 0, where training begins, would be 0.
    return Ops.mean(Ops.mul(Ops.lessEqual(margin, 0), Ops.neg(margin)));
  }
}
