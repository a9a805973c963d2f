package dev.merapi.nn.loss;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;

/**
 * The perceptron criterion: the mean over all elements of max(0, -y z) for a score z and a label y
 * of -1 or +1.
 *
 * <p>Prediction: scores of any shape; target: I32 or of the prediction's type, in the prediction's
 * shape or that without a last axis of 1; y = +1 where it is above one half, else -1. The gradient
 * by z is -y wherever y z is not above 0, 0 included, else 0: so a step of {@code sgd} of rate 1
 * with one sample, w = w + y x where the sample is not on its side, is the perceptron's learning
 * rule, which ends when a plane separates the two classes. Source: Rosenblatt, Psychological Review
 * 65(6), 1958; Novikoff, "On convergence proofs on perceptrons", 1962.
 */
public record Perceptron() implements Loss {
  @Override
  public boolean scoresTwoClasses() {
    return true;
  }

  @Override
  public Value build(Value prediction, Value target) {
    ScoreTargets.check("perceptron", prediction, target);
    Value margin = Ops.mul(prediction, ScoreTargets.signs(prediction, target));
    // Not max(0, -margin), whose gradient at 0, where training begins, would be 0.
    return Ops.mean(Ops.mul(Ops.lessEqual(margin, 0), Ops.neg(margin)));
  }
}
