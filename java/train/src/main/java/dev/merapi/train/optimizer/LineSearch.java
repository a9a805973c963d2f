package dev.merapi.train.optimizer;

import static dev.merapi.train.optimizer.ParameterVector.dot;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * A line search as a state machine: each step of the training tries one point x + t d of the line
 * from the last accepted point x along d, so that a step stays one program and the host decides
 * nothing.
 *
 * <p>The parameters are the trial point. Where it meets the weak Wolfe conditions
 *
 * <pre>
 * f(x + t d) &lt;= f(x) + decrease t g(x)'d
 * g(x + t d)'d &gt;= curvature g(x)'d
 * </pre>
 *
 * <p>it is accepted, and the owner gives a new direction. Else t is bisected: the first condition
 * failing makes it the upper end of the bracket, the second one the lower end, and without an upper
 * end t is doubled. After {@code trials} points the search takes what meets the first condition, or
 * begins anew at x along the steepest descent. Equality of losses allows for their rounding.
 *
 * <p>Source: Lewis and Overton, "Nonsmooth optimization via quasi-Newton methods", 2013, algorithm
 * 4.6, which ends with a positive g(x + t d)'d - g(x)'d on smooth losses and on ReLU's alike.
 */
final class LineSearch {
  /** Of Armijo's condition: how much of the slope the loss must fall by. */
  private static final double DECREASE = 1e-4;

  /** How much of the slope may be left. */
  private static final double CURVATURE = 0.9;

  /** Roundings of a loss that is a sum over a training set. */
  private static final double ROUNDINGS = 8;

  private final Objective objective;
  private final ParameterVector vector;
  private final Value zero;
  private final Value one;

  // at the trial point
  private final Value trial;
  private final Value grad;

  // of the search so far, before the step
  private final Value point;
  private final Value pointGrad;
  private final Value direction;
  private final Value loss;
  private final Value size;
  private final Value low;
  private final Value high;
  private final Value trials;

  // what the trial point is
  private final Value decreased;
  private final Value curved;
  private final Value accepted;
  private final Value restarted;

  LineSearch(Objective objective, int maxTrials) {
    this.objective = objective;
    this.vector = new ParameterVector(objective.parameters());
    this.zero = constant(0);
    this.one = constant(1);
    this.trial = vector.values();
    this.grad = vector.grads();
    this.point = objective.slot("point", vector.type(), 0);
    this.pointGrad = objective.slot("gradient", vector.type(), 0);
    this.direction = objective.slot("direction", vector.type(), 0);
    this.loss = scalar("loss");
    this.size = scalar("size");
    this.low = scalar("low");
    this.high = scalar("high");
    this.trials = scalar("trials");
    Value slope = dot(pointGrad, direction);
    double rounding = ROUNDINGS * (loss.dtype() == DType.F64 ? 0x1p-52 : 0x1p-23);
    Value fall = Ops.mul(Ops.mul(size, slope), DECREASE);
    Value bound = Ops.add(Ops.add(loss, fall), Ops.mul(Ops.abs(loss), rounding));
    Value last = Ops.greaterEqual(trials, constant(maxTrials));
    this.decreased = Ops.lessEqual(objective.loss(), bound);
    this.curved = Ops.greaterEqual(dot(grad, direction), Ops.mul(slope, CURVATURE));
    Value taken = Ops.mul(decreased, Ops.max(curved, last));
    this.accepted = Ops.select(started(), taken, one);
    this.restarted = Ops.mul(last, Ops.sub(one, accepted));
  }

  private Value constant(double value) {
    return Constant.scalar(objective.loss().graph(), objective.loss().dtype(), value);
  }

  private Value scalar(String name) {
    return objective.slot(name, TensorType.scalar(objective.loss().dtype()), 0);
  }

  /** 1 unless this is the very first point: a search has tried at least one. */
  private Value started() {
    return Ops.greater(trials, zero);
  }

  ParameterVector vector() {
    return vector;
  }

  /** The gradient at the trial point. */
  Value grad() {
    return grad;
  }

  /** 1 where the trial point is accepted and a point was accepted before it. */
  Value moved() {
    return Ops.mul(accepted, started());
  }

  /** 1 where the search was given up. */
  Value restarted() {
    return restarted;
  }

  /** From the last accepted point to the trial point. */
  Value change() {
    return Ops.mul(direction, size);
  }

  /** The gradient's change from the last accepted point to the trial point. */
  Value gradChange() {
    return Ops.sub(grad, pointGrad);
  }

  /**
   * The parameters of the next trial point.
   *
   * @param wanted the direction from the trial point on where it is accepted
   * @param known 1 where that direction has a length of its own, so that t begins with the learning
   *     rate; else with the learning rate / max(1, |g|_1)
   */
  List<Value> next(Value wanted, Value known) {
    Value from = Ops.select(accepted, trial, point);
    Value fromGrad = Ops.select(accepted, grad, pointGrad);
    Value turned = Ops.max(accepted, restarted);
    Value descends = Ops.mul(accepted, Ops.less(dot(fromGrad, wanted), zero));
    Value turn = Ops.select(descends, wanted, Ops.neg(fromGrad));
    Value along = Ops.select(turned, turn, direction);
    Value careful = Ops.div(one, Ops.max(Ops.sum(Ops.abs(fromGrad)), one));
    Value first = Ops.select(Ops.mul(descends, known), one, careful);
    Value t = Ops.select(turned, Ops.mul(first, objective.learningRate()), bisected());
    set(point, from);
    set(pointGrad, fromGrad);
    set(direction, along);
    set(loss, Ops.select(accepted, objective.loss(), loss));
    set(size, t);
    set(low, Ops.select(turned, zero, lower()));
    set(high, Ops.select(turned, zero, upper()));
    set(trials, Ops.select(turned, one, Ops.add(trials, one)));
    return vector.split(Ops.add(from, Ops.mul(along, t)));
  }

  private void set(Value slot, Value value) {
    objective.set(slot, value);
  }

  private Value lower() {
    return Ops.select(decreased, size, low);
  }

  /** 0 while there is none. */
  private Value upper() {
    return Ops.select(decreased, high, size);
  }

  private Value bisected() {
    Value middle = Ops.mul(Ops.add(lower(), upper()), 0.5);
    return Ops.select(Ops.greater(upper(), zero), middle, Ops.mul(size, 2));
  }
}
