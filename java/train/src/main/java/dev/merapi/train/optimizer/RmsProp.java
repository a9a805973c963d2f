package dev.merapi.train.optimizer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;

/**
 * RMSprop: the gradient over the root of its moving mean square.
 *
 * <pre>
 * g = g + weightDecay p
 * s = alpha s + (1 - alpha) g^2
 * m = alpha m + (1 - alpha) g             (only when centered)
 * d = g / (sqrt(s - m^2) + epsilon)       (m = 0 unless centered)
 * b = momentum b + d                      (only with momentum)
 * p = p - lr b                            (d for b without momentum)
 * </pre>
 *
 * <p>Source: Tieleman and Hinton, "Lecture 6.5, rmsprop", 2012; PyTorch's {@code RMSprop}. The
 * variance s - m^2 is kept from falling below 0 by rounding.
 *
 * @param learningRate the step size
 * @param alpha how much of the mean square is kept
 * @param epsilon keeps the division finite
 * @param weightDecay factor of the L2 penalty's gradient
 * @param momentum how much of the last direction is kept; 0 needs no slot
 * @param centered whether to divide by the standard deviation instead
 */
public record RmsProp(
    @Default("0.01") double learningRate,
    @Default("0.99") double alpha,
    @Default("1e-8") double epsilon,
    @Default("0") double weightDecay,
    @Default("0") double momentum,
    @Default("false") boolean centered)
    implements ElementwiseOptimizer {
  public RmsProp {
    Formulas.atLeastZero("learningRate", learningRate);
    Formulas.belowOne("alpha", alpha);
    Formulas.atLeastZero("epsilon", epsilon);
    Formulas.atLeastZero("weightDecay", weightDecay);
    Formulas.atLeastZero("momentum", momentum);
  }

  /** RMSprop with PyTorch's other defaults. */
  public RmsProp(double learningRate) {
    this(learningRate, 0.99, 1e-8, 0, 0, false);
  }

  public RmsProp alpha(double value) {
    return new RmsProp(learningRate, value, epsilon, weightDecay, momentum, centered);
  }

  public RmsProp epsilon(double value) {
    return new RmsProp(learningRate, alpha, value, weightDecay, momentum, centered);
  }

  public RmsProp weightDecay(double value) {
    return new RmsProp(learningRate, alpha, epsilon, value, momentum, centered);
  }

  public RmsProp momentum(double value) {
    return new RmsProp(learningRate, alpha, epsilon, weightDecay, value, centered);
  }

  public RmsProp centered(boolean value) {
    return new RmsProp(learningRate, alpha, epsilon, weightDecay, momentum, value);
  }

  @Override
  public Value update(Parameter p) {
    Value grad = Formulas.decayed(p, weightDecay);
    Value variance = average(p, "meanSquare", Ops.square(grad));
    if (centered) {
      Value mean = average(p, "mean", grad);
      variance = Ops.max(Ops.sub(variance, Ops.square(mean)), 0);
    }
    Value direction = Ops.div(grad, Ops.add(Ops.sqrt(variance), epsilon));
    if (momentum != 0) {
      Value slot = p.slot("momentum", 0);
      direction = Ops.add(Ops.mul(slot, momentum), direction);
      p.set(slot, direction);
    }
    return Ops.sub(p.value(), Ops.mul(direction, p.learningRate()));
  }

  private Value average(Parameter p, String name, Value x) {
    Value slot = p.slot(name, 0);
    Value average = Formulas.average(slot, x, alpha);
    p.set(slot, average);
    return average;
  }
}
