package dev.merapi.nn.loss;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;

/**
 * Hinge loss of a support vector machine on labels of two classes: the mean over all elements of
 * max(0, 1 - y z) for a score z and a label y of -1 or +1.
 *
 * <p>Prediction: scores of any shape; target: I32 or of the prediction's type, in the prediction's
 * shape or that without a last axis of 1; y = +1 where it is above one half, else -1. Source:
 * Cortes and Vapnik, "Support-Vector Networks", Machine Learning 20, 1995; Keras, Hinge and
 * SquaredHinge.
 *
 * @param squared whether each element's loss is squared
 */
public record Hinge(@Default("false") boolean squared) implements Loss {
  /** Not squared. */
  public Hinge() {
    this(false);
  }

  public Hinge squared(boolean squared) {
    return new Hinge(squared);
  }

  @Override
  public boolean scoresTwoClasses() {
    return true;
  }

  @Override
  public Value build(Value prediction, Value target) {
    ScoreTargets.check("hinge", prediction, target);
    Value agreement = Ops.mul(ScoreTargets.signs(prediction, target), prediction);
    Value elements = Ops.relu(Ops.add(Ops.neg(agreement), 1));
    return Ops.mean(squared ? Ops.square(elements) : elements);
  }
}
