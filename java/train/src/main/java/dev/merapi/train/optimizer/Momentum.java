package dev.merapi.train.optimizer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;
import dev.merapi.train.schedule.Constant;
import dev.merapi.train.schedule.Schedule;

/**
 * Gradient descent with momentum: a velocity that the gradients accelerate and friction slows.
 *
 * <pre>
 * mu = momentum momentumSchedule(t)
 * v = mu v - lr g                      (classic)
 * v = mu v - (1 - mu) lr g             (damped: v is a mean of the last steps)
 * p = p + v
 * </pre>
 *
 * <p>The velocity begins at 0 and has its parameter's shape. The learning rate is part of the
 * velocity, as in the source; where it is constant, the classic form is {@link Sgd} with momentum.
 *
 * <p>Source: Polyak, "Some methods of speeding up the convergence of iteration methods", 1964;
 * Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013,
 * equations 1 and 2.
 *
 * @param learningRate the step size
 * @param momentum how much of the velocity is kept, from 0 to below 1
 * @param damped whether the gradient counts only as much as the velocity loses
 * @param momentumSchedule anneals the momentum over the steps, as a factor
 */
public record Momentum(
    @Default("0.01") double learningRate,
    @Default("0.9") double momentum,
    @Default("false") boolean damped,
    @Default("constant") Schedule momentumSchedule)
    implements ElementwiseOptimizer {
  public Momentum {
    Formulas.atLeastZero("learningRate", learningRate);
    Formulas.belowOne("momentum", momentum);
  }

  /** Classic momentum of 0.9. */
  public Momentum(double learningRate) {
    this(learningRate, 0.9, false, new Constant());
  }

  public Momentum momentum(double value) {
    return new Momentum(learningRate, value, damped, momentumSchedule);
  }

  public Momentum damped(boolean value) {
    return new Momentum(learningRate, momentum, value, momentumSchedule);
  }

  public Momentum momentumSchedule(Schedule value) {
    return new Momentum(learningRate, momentum, damped, value);
  }

  @Override
  public Value update(Parameter p) {
    Value mu = Ops.mul(p.factor(momentumSchedule), momentum);
    Value slot = p.slot("velocity", 0);
    Value push = Ops.mul(p.grad(), p.learningRate());
    if (damped) {
      push = Ops.sub(push, Ops.mul(push, mu));
    }
    Value velocity = Ops.sub(Ops.mul(slot, mu), push);
    p.set(slot, velocity);
    return Ops.add(p.value(), velocity);
  }
}
