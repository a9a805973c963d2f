package dev.merapi.train.optimizer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;

/**
 * Full-batch gradient descent: p = p - lr g, with the gradient of the mean loss over all training
 * data.
 *
 * <p>It is an error where the training set is not one batch; {@code data.batch: all} makes it one.
 *
 * <p>Source: Cauchy, "Méthode générale pour la résolution des systèmes d'équations simultanées",
 * 1847.
 *
 * @param learningRate the step size
 */
public record GradientDescent(@Default("0.1") double learningRate) implements ElementwiseOptimizer {
  public GradientDescent {
    Formulas.atLeastZero("learningRate", learningRate);
  }

  @Override
  public Value update(Parameter p) {
    return Ops.sub(p.value(), Ops.mul(p.grad(), p.learningRate()));
  }

  @Override
  public boolean wholeBatch() {
    return true;
  }
}
