package dev.merapi.train.optimizer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;

/**
 * Adam: moving averages of the gradient and of its square, corrected for their start at 0.
 *
 * <pre>
 * g = g + weightDecay p
 * m = beta1 m + (1 - beta1) g
 * v = beta2 v + (1 - beta2) g^2
 * p = p - lr m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon)
 * </pre>
 *
 * <p>Source: Kingma and Ba, "Adam: a method for stochastic optimization", 2015; PyTorch's {@code
 * Adam}.
 *
 * @param learningRate the step size
 * @param beta1 how much of the mean gradient is kept
 * @param beta2 how much of the mean square is kept
 * @param epsilon keeps the division finite
 * @param weightDecay factor of the L2 penalty's gradient
 */
public record Adam(
    @Default("0.001") double learningRate,
    @Default("0.9") double beta1,
    @Default("0.999") double beta2,
    @Default("1e-8") double epsilon,
    @Default("0") double weightDecay)
    implements ElementwiseOptimizer {
  public Adam {
    Formulas.atLeastZero("learningRate", learningRate);
    Formulas.belowOne("beta1", beta1);
    Formulas.belowOne("beta2", beta2);
    Formulas.atLeastZero("epsilon", epsilon);
    Formulas.atLeastZero("weightDecay", weightDecay);
  }

  /** Adam with the paper's other values. */
  public Adam(double learningRate) {
    this(learningRate, 0.9, 0.999, 1e-8, 0);
  }

  public Adam beta1(double value) {
    return new Adam(learningRate, value, beta2, epsilon, weightDecay);
  }

  public Adam beta2(double value) {
    return new Adam(learningRate, beta1, value, epsilon, weightDecay);
  }

  public Adam epsilon(double value) {
    return new Adam(learningRate, beta1, beta2, value, weightDecay);
  }

  public Adam weightDecay(double value) {
    return new Adam(learningRate, beta1, beta2, epsilon, value);
  }

  @Override
  public Value update(Parameter p) {
    return step(p, p.value(), Formulas.decayed(p, weightDecay));
  }

  /** The step from a start that may already be decayed, along this gradient. */
  Value step(Parameter p, Value start, Value grad) {
    Value meanSlot = p.slot("mean", 0);
    Value squareSlot = p.slot("meanSquare", 0);
    Value mean = Formulas.average(meanSlot, grad, beta1);
    Value square = Formulas.average(squareSlot, Ops.square(grad), beta2);
    p.set(meanSlot, mean);
    p.set(squareSlot, square);
    Value rate = Ops.div(p.learningRate(), Formulas.biasCorrection(beta1, p.step()));
    Value root = Ops.sqrt(Formulas.biasCorrection(beta2, p.step()));
    Value scale = Ops.add(Ops.div(Ops.sqrt(square), root), epsilon);
    return Ops.sub(start, Ops.mul(Ops.div(mean, scale), rate));
  }
}
