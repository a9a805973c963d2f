package dev.merapi.nn.loss;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;

/**
 * Logistic loss on labels of two classes: the mean over all elements of log(1 + exp(-y z)) for a
 * score z and a label y of -1 or +1.
 *
 * <p>Exact for scores of any size; where labels are 0 and 1 it is binary cross-entropy. Prediction:
 * scores of any shape; target: I32 or of the prediction's type, in the prediction's shape or that
 * without a last axis of 1; y = +1 where it is above one half, else -1. Source: Hastie, Tibshirani
 * and Friedman, The Elements of Statistical Learning, 2nd edition, section 10.5 (binomial
 * deviance); PyTorch, SoftMarginLoss.
 */
public record Logistic() implements Loss {
  @Override
  public boolean scoresTwoClasses() {
    return true;
  }

  @Override
  public Value build(Value prediction, Value target) {
    ScoreTargets.check("logistic", prediction, target);
    Value signs = ScoreTargets.signs(prediction, target);
    return Ops.mean(Ops.softplus(Ops.neg(Ops.mul(signs, prediction))));
  }
}
