package dev.merapi.train.optimizer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;

/**
 * AdaGrad: each element's step shrinks with the sum of its squared gradients.
 *
 * <pre>
 * g = g + weightDecay p
 * s = s + g^2
 * p = p - lr / (1 + (t - 1) learningRateDecay) g / (sqrt(s) + epsilon)
 * </pre>
 *
 * <p>Source: Duchi et al., "Adaptive subgradient methods for online learning and stochastic
 * optimization", 2011; PyTorch's {@code Adagrad}.
 *
 * @param learningRate the step size
 * @param learningRateDecay how fast the step size falls with the steps
 * @param weightDecay factor of the L2 penalty's gradient
 * @param initialAccumulator s before the first step
 * @param epsilon keeps the division finite
 */
public record AdaGrad(
    @Default("0.01") double learningRate,
    @Default("0") double learningRateDecay,
    @Default("0") double weightDecay,
    @Default("0") double initialAccumulator,
    @Default("1e-10") double epsilon)
    implements ElementwiseOptimizer {
  public AdaGrad {
    Formulas.atLeastZero("learningRate", learningRate);
    Formulas.atLeastZero("learningRateDecay", learningRateDecay);
    Formulas.atLeastZero("weightDecay", weightDecay);
    Formulas.atLeastZero("initialAccumulator", initialAccumulator);
    Formulas.atLeastZero("epsilon", epsilon);
  }

  /** AdaGrad with PyTorch's other defaults. */
  public AdaGrad(double learningRate) {
    this(learningRate, 0, 0, 0, 1e-10);
  }

  public AdaGrad learningRateDecay(double value) {
    return new AdaGrad(learningRate, value, weightDecay, initialAccumulator, epsilon);
  }

  public AdaGrad weightDecay(double value) {
    return new AdaGrad(learningRate, learningRateDecay, value, initialAccumulator, epsilon);
  }

  public AdaGrad initialAccumulator(double value) {
    return new AdaGrad(learningRate, learningRateDecay, weightDecay, value, epsilon);
  }

  public AdaGrad epsilon(double value) {
    return new AdaGrad(learningRate, learningRateDecay, weightDecay, initialAccumulator, value);
  }

  @Override
  public Value update(Parameter p) {
    Value grad = Formulas.decayed(p, weightDecay);
    Value slot = p.slot("sum", initialAccumulator);
    Value sum = Ops.add(slot, Ops.square(grad));
    p.set(slot, sum);
    Value rate = p.learningRate();
    if (learningRateDecay != 0) {
      rate = Ops.div(rate, Ops.add(Ops.mul(Ops.sub(p.step(), 1), learningRateDecay), 1));
    }
    Value direction = Ops.div(grad, Ops.add(Ops.sqrt(sum), epsilon));
    return Ops.sub(p.value(), Ops.mul(direction, rate));
  }
}
