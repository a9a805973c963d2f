package dev.merapi.train.optimizer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;

/**
 * Lion: steps of one size along the sign of a mean of gradients.
 *
 * <pre>
 * c = beta1 m + (1 - beta1) g
 * p = p - lr (sign(c) + weightDecay p)
 * m = beta2 m + (1 - beta2) g
 * </pre>
 *
 * <p>m begins at 0 and has its parameter's shape; sign(0) = 0.
 *
 * <p>Source: Chen et al., "Symbolic discovery of optimization algorithms", 2023, algorithm 2.
 *
 * @param learningRate the step size; the paper advises a third to a tenth of that of AdamW
 * @param beta1 how much of the mean is in the direction
 * @param beta2 how much of the mean is kept
 * @param weightDecay the share of the parameter that is lost, per unit of learning rate
 */
public record Lion(
    @Default("1e-4") double learningRate,
    @Default("0.9") double beta1,
    @Default("0.99") double beta2,
    @Default("0") double weightDecay)
    implements ElementwiseOptimizer {
  public Lion {
    Formulas.atLeastZero("learningRate", learningRate);
    Formulas.belowOne("beta1", beta1);
    Formulas.belowOne("beta2", beta2);
    Formulas.atLeastZero("weightDecay", weightDecay);
  }

  /** Lion with the paper's values. */
  public Lion(double learningRate) {
    this(learningRate, 0.9, 0.99, 0);
  }

  public Lion beta1(double value) {
    return new Lion(learningRate, value, beta2, weightDecay);
  }

  public Lion beta2(double value) {
    return new Lion(learningRate, beta1, value, weightDecay);
  }

  public Lion weightDecay(double value) {
    return new Lion(learningRate, beta1, beta2, value);
  }

  @Override
  public Value update(Parameter p) {
    Value slot = p.slot("mean", 0);
    Value direction = Ops.sign(Formulas.average(slot, p.grad(), beta1));
    p.set(slot, Formulas.average(slot, p.grad(), beta2));
    if (weightDecay != 0) {
      direction = Ops.add(direction, Ops.mul(p.value(), weightDecay));
    }
    return Ops.sub(p.value(), Ops.mul(direction, p.learningRate()));
  }
}
