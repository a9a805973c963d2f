package dev.merapi.train.optimizer;

import static dev.merapi.train.optimizer.ParameterVector.dot;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.movement.Concat;
import dev.merapi.core.op.movement.Reshape;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;
import java.util.ArrayList;
import java.util.List;

/**
 * L-BFGS: a quasi-Newton method that knows the curvature from its last few steps.
 *
 * <pre>
 * s = x(k+1) - x(k), y = g(k+1) - g(k), rho = 1 / s'y      (kept where s'y &gt; 0)
 * q = g; for the newest pair to the oldest: a = rho s'q, q = q - a y
 * r = s'y / y'y q (of the newest pair); for the oldest to the newest: r = r + (a - rho y'r) s
 * d = -r, x(k+1) = x(k) + t d
 * </pre>
 *
 * <p>All parameters are one vector. A step of the training is one evaluation of loss and gradient:
 * it tries one t of a line search for the weak Wolfe conditions (c1 = 1e-4, c2 = 0.9; bisection and
 * doubling, from t = lr on, in the first search from lr / max(1, |g|_1)). Most searches end at
 * once; while one goes on, the parameters are points that it tries, so their loss may rise for some
 * steps. Needs the loss of all training data ({@code data.batch: all}; else it is an error) without
 * dropout or other noise. The memory is 2 history + 3 times that of the parameters.
 *
 * <p>Source: Liu and Nocedal, "On the limited memory BFGS method for large scale optimization",
 * 1989; Nocedal and Wright, "Numerical optimization", 2006, algorithms 7.4 and 7.5; the line
 * search: Lewis and Overton, "Nonsmooth optimization via quasi-Newton methods", 2013.
 *
 * @param learningRate the first t that each search tries; 1 is right but for odd losses
 * @param history pairs of s and y that are kept
 * @param trials points that a search tries before it is given up
 */
public record LBfgs(
    @Default("1") double learningRate, @Default("10") int history, @Default("20") int trials)
    implements Optimizer {
  public LBfgs {
    Formulas.atLeastZero("learningRate", learningRate);
    Formulas.atLeastOne("history", history);
    Formulas.atLeastOne("trials", trials);
  }

  /** With the usual values. */
  public LBfgs() {
    this(1, 10, 20);
  }

  public LBfgs learningRate(double value) {
    return new LBfgs(value, history, trials);
  }

  public LBfgs history(int value) {
    return new LBfgs(learningRate, value, trials);
  }

  public LBfgs trials(int value) {
    return new LBfgs(learningRate, history, value);
  }

  @Override
  public boolean wholeBatch() {
    return true;
  }

  @Override
  public List<Value> update(Objective objective) {
    if (objective.parameters().isEmpty()) {
      return List.of();
    }
    LineSearch search = new LineSearch(objective, trials);
    Pairs pairs = Pairs.of(objective, search, history);
    return search.next(Ops.neg(pairs.timesInverseHessian(search.grad())), pairs.any());
  }

  /** The kept pairs, row by row, the newest last; rho is 0 in rows that are still empty. */
  private record Pairs(Value s, Value y, Value rho) {
    /** The cosine of s and y below which rounding may have made them. */
    private static final double PARALLEL = 1e-8;

    static Pairs of(Objective objective, LineSearch search, int history) {
      TensorType vector = search.vector().type();
      TensorType rows = vector.withShape(Shape.of(history, search.vector().size()));
      Value s = objective.slot("steps", rows, 0);
      Value y = objective.slot("gradientChanges", rows, 0);
      Value rho = objective.slot("inverseCurvatures", vector.withShape(Shape.of(history)), 0);
      Value step = search.change();
      Value change = search.gradChange();
      Value product = dot(step, change);
      Value inverse = Ops.div(Constant.scalar(s.graph(), s.dtype(), 1), product);
      Value lengths = Ops.mul(Ops.sqrt(dot(step, step)), Ops.sqrt(dot(change, change)));
      Value positive = Ops.greater(product, Ops.mul(lengths, PARALLEL));
      Value kept = Ops.mul(search.moved(), Ops.mul(positive, Ops.isFinite(inverse)));
      Value none = Constant.scalar(s.graph(), s.dtype(), 0);
      Pairs next =
          new Pairs(
              Ops.select(kept, appended(s, step), s),
              Ops.select(kept, appended(y, change), y),
              Ops.select(search.restarted(), none, Ops.select(kept, appended(rho, inverse), rho)));
      objective.set(s, next.s);
      objective.set(y, next.y);
      objective.set(rho, next.rho);
      return next;
    }

    /** The rows without the first one, and a new last one. */
    private static Value appended(Value rows, Value last) {
      Value row = Reshape.of(last, rows.shape().with(0, 1));
      int count = rows.shape().dim(0);
      return count == 1 ? row : Concat.of(0, List.of(rows(rows, 1, count), row));
    }

    private static Value rows(Value rows, int from, int to) {
      return rows.shape().rank() == 1
          ? Ops.slice(rows, List.of(from), List.of(to))
          : Ops.slice(rows, List.of(from, 0), List.of(to, rows.shape().dim(1)));
    }

    private static Value row(Value rows, int i) {
      return Reshape.of(rows(rows, i, i + 1), rows.shape().slice(1, rows.shape().rank()));
    }

    private int count() {
      return rho.shape().dim(0);
    }

    /** 1 where there is a pair. */
    Value any() {
      Value newest = row(rho, count() - 1);
      return Ops.greater(newest, Constant.scalar(rho.graph(), rho.dtype(), 0));
    }

    /** The two loops; the gradient itself where there is no pair. */
    Value timesInverseHessian(Value grad) {
      List<Value> factors = new ArrayList<>();
      Value q = grad;
      for (int i = count() - 1; i >= 0; i--) {
        Value a = Ops.mul(row(rho, i), dot(row(s, i), q));
        q = Ops.sub(q, Ops.mul(row(y, i), a));
        factors.add(0, a);
      }
      Value newest = row(y, count() - 1);
      Value curvature = Ops.mul(row(rho, count() - 1), dot(newest, newest));
      Value one = Constant.scalar(rho.graph(), rho.dtype(), 1);
      Value r = Ops.mul(q, Ops.select(any(), Ops.div(one, curvature), one));
      for (int i = 0; i < count(); i++) {
        Value b = Ops.mul(row(rho, i), dot(row(y, i), r));
        r = Ops.add(r, Ops.mul(row(s, i), Ops.sub(factors.get(i), b)));
      }
      return r;
    }
  }
}
