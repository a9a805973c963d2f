package dev.merapi.train.optimizer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.nn.Default;
import dev.merapi.train.schedule.Constant;
import dev.merapi.train.schedule.Schedule;
import java.util.List;

/**
 * Nesterov's accelerated gradient: momentum whose gradient is taken where the velocity leads.
 *
 * <pre>
 * mu(t) = momentum momentumSchedule(t)
 * v = mu(t) v - lr g(theta + mu(t) v)
 * theta = theta + v
 * </pre>
 *
 * <p>The parameter is that point ahead, p = theta + mu v, where the gradient is known:
 *
 * <pre>
 * v = mu(t) v - lr g
 * p = p + mu(t + 1) v - lr g
 * </pre>
 *
 * <p>The velocity begins at 0 and has its parameter's shape. Where learning rate and momentum are
 * constant, this is {@link Sgd} with {@code nesterov}.
 *
 * <p>Source: Nesterov, "A method of solving a convex programming problem with convergence rate
 * O(1/k^2)", 1983; Sutskever et al., "On the importance of initialization and momentum in deep
 * learning", 2013, equations 3 and 4.
 *
 * @param learningRate the step size
 * @param momentum how much of the velocity is kept, from 0 to below 1
 * @param momentumSchedule anneals the momentum over the steps, as a factor
 */
public record Nesterov(
    @Default("0.01") double learningRate,
    @Default("0.9") double momentum,
    @Default("constant") Schedule momentumSchedule)
    implements ElementwiseOptimizer {
  public Nesterov {
    Formulas.atLeastZero("learningRate", learningRate);
    Formulas.belowOne("momentum", momentum);
  }

  /** With momentum of 0.9. */
  public Nesterov(double learningRate) {
    this(learningRate, 0.9, new Constant());
  }

  public Nesterov momentum(double value) {
    return new Nesterov(learningRate, value, momentumSchedule);
  }

  public Nesterov momentumSchedule(Schedule value) {
    return new Nesterov(learningRate, momentum, value);
  }

  @Override
  public Value update(Parameter p) {
    ScalarExpr oneLater = ScalarExpr.add(ScalarExpr.arg(0), ScalarExpr.ONE);
    Schedule next = horizon -> momentumSchedule.factor(horizon).substitute(List.of(oneLater));
    Value slot = p.slot("velocity", 0);
    Value push = Ops.mul(p.grad(), p.learningRate());
    Value kept = Ops.mul(slot, Ops.mul(p.factor(momentumSchedule), momentum));
    Value velocity = Ops.sub(kept, push);
    p.set(slot, velocity);
    Value ahead = Ops.mul(velocity, Ops.mul(p.factor(next), momentum));
    return Ops.sub(Ops.add(p.value(), ahead), push);
  }
}
