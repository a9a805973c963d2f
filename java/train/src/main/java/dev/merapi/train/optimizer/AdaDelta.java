package dev.merapi.train.optimizer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;

/**
 * AdaDelta: the gradient over its moving root mean square, times that of the steps so far, so that
 * the step has the parameter's unit.
 *
 * <pre>
 * g = g + weightDecay p
 * s = rho s + (1 - rho) g^2
 * d = sqrt(u + epsilon) / sqrt(s + epsilon) g
 * u = rho u + (1 - rho) d^2
 * p = p - lr d
 * </pre>
 *
 * <p>s and u begin at 0 and have their parameter's shape.
 *
 * <p>Source: Zeiler, "ADADELTA: an adaptive learning rate method", 2012, algorithm 1; PyTorch's
 * {@code Adadelta}.
 *
 * @param learningRate a factor of the step; 1 in the paper
 * @param rho how much of the mean squares is kept
 * @param epsilon begins the steps and keeps the division finite
 * @param weightDecay factor of the L2 penalty's gradient
 */
public record AdaDelta(
    @Default("1") double learningRate,
    @Default("0.9") double rho,
    @Default("1e-6") double epsilon,
    @Default("0") double weightDecay)
    implements ElementwiseOptimizer {
  public AdaDelta {
    Formulas.atLeastZero("learningRate", learningRate);
    Formulas.belowOne("rho", rho);
    Formulas.atLeastZero("epsilon", epsilon);
    Formulas.atLeastZero("weightDecay", weightDecay);
  }

  /** AdaDelta with PyTorch's values. */
  public AdaDelta() {
    this(1, 0.9, 1e-6, 0);
  }

  public AdaDelta learningRate(double value) {
    return new AdaDelta(value, rho, epsilon, weightDecay);
  }

  public AdaDelta rho(double value) {
    return new AdaDelta(learningRate, value, epsilon, weightDecay);
  }

  public AdaDelta epsilon(double value) {
    return new AdaDelta(learningRate, rho, value, weightDecay);
  }

  public AdaDelta weightDecay(double value) {
    return new AdaDelta(learningRate, rho, epsilon, value);
  }

  @Override
  public Value update(Parameter p) {
    Value grad = Formulas.decayed(p, weightDecay);
    Value squareSlot = p.slot("meanSquare", 0);
    Value stepSlot = p.slot("meanSquareStep", 0);
    Value square = Formulas.average(squareSlot, Ops.square(grad), rho);
    Value scale = Ops.div(root(stepSlot), root(square));
    Value step = Ops.mul(grad, scale);
    p.set(squareSlot, square);
    p.set(stepSlot, Formulas.average(stepSlot, Ops.square(step), rho));
    return Ops.sub(p.value(), Ops.mul(step, p.learningRate()));
  }

  private Value root(Value meanSquare) {
    return Ops.sqrt(Ops.add(meanSquare, epsilon));
  }
}
