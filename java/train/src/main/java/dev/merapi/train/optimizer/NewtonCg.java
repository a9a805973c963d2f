package dev.merapi.train.optimizer;

import static dev.merapi.train.optimizer.ParameterVector.dot;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Constant;
import dev.merapi.nn.Default;
import java.util.ArrayList;
import java.util.List;

/**
 * Newton's method, whose equation H z = -g the conjugate gradient method solves without ever making
 * the Hessian.
 *
 * <pre>
 * z = 0, r = g, d = -r; iterations times:
 *   H d = gradient of g'd by the parameters, plus damping d
 *   end where d'H d &lt;= 0
 *   z = z + a d, r' = r + a H d      with a = r'r / d'H d
 *   d = -r' + b d                    with b = r''r' / r'r
 * x(k+1) = x(k) + t z                (along -g where the first d already had d'H d &lt;= 0)
 * </pre>
 *
 * <p>All parameters are one vector. A step of the training evaluates loss and gradient, tries one t
 * of a line search for the weak Wolfe conditions as {@link LBfgs} does, from t = lr on, and has the
 * conjugate gradients at hand for where the point is accepted: each of their iterations costs about
 * another backward pass, and all are part of one program. Needs the loss of all training data
 * ({@code data.batch: all}; else it is an error) without dropout or other noise, and layers that
 * can be differentiated twice; an error names those that cannot.
 *
 * <p>Source: Nocedal and Wright, "Numerical optimization", 2006, algorithm 7.1; products with the
 * Hessian: Pearlmutter, "Fast exact multiplication by the Hessian", 1994; the damping: Martens,
 * "Deep learning via Hessian-free optimization", 2010, section 4.1.
 *
 * @param learningRate the first t that each search tries
 * @param iterations of the conjugate gradient method; as many as there are parameters solve a
 *     quadratic loss
 * @param damping what is added to the Hessian's diagonal
 * @param trials points that a search tries before it is given up
 */
public record NewtonCg(
    @Default("1") double learningRate,
    @Default("10") int iterations,
    @Default("0") double damping,
    @Default("20") int trials)
    implements Optimizer {
  public NewtonCg {
    Formulas.atLeastZero("learningRate", learningRate);
    Formulas.atLeastOne("iterations", iterations);
    Formulas.atLeastZero("damping", damping);
    Formulas.atLeastOne("trials", trials);
  }

  /** With the usual values. */
  public NewtonCg() {
    this(1, 10, 0, 20);
  }

  public NewtonCg learningRate(double value) {
    return new NewtonCg(value, iterations, damping, trials);
  }

  public NewtonCg iterations(int value) {
    return new NewtonCg(learningRate, value, damping, trials);
  }

  public NewtonCg damping(double value) {
    return new NewtonCg(learningRate, iterations, value, trials);
  }

  public NewtonCg trials(int value) {
    return new NewtonCg(learningRate, iterations, damping, value);
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
    Value direction = solve(search.grad(), new Hessian(objective, search.vector()));
    Value zero = Constant.scalar(direction.graph(), direction.dtype(), 0);
    // where it is 0, the search takes the steepest descent
    return search.next(direction, Ops.greater(dot(direction, direction), zero));
  }

  private Value solve(Value grad, Hessian hessian) {
    Value zero = Constant.scalar(grad.graph(), grad.dtype(), 0);
    Value solution = Constant.of(grad.graph(), grad.type(), 0);
    Value residual = grad;
    Value direction = Ops.neg(grad);
    Value square = dot(grad, grad);
    Value active = Ops.greater(square, zero);
    for (int i = 0; i < iterations; i++) {
      Value product = Ops.add(hessian.times(direction), Ops.mul(direction, damping));
      Value curvature = dot(direction, product);
      active = Ops.mul(active, Ops.greater(curvature, zero));
      Value length = Ops.div(square, curvature);
      solution = Ops.select(active, Ops.add(solution, Ops.mul(direction, length)), solution);
      residual = Ops.add(residual, Ops.mul(product, length));
      Value next = dot(residual, residual);
      active = Ops.mul(active, Ops.greater(next, zero));
      direction = Ops.sub(Ops.mul(direction, Ops.div(next, square)), residual);
      square = next;
    }
    return solution;
  }

  /** The loss's second derivatives, as a product with a vector. */
  private record Hessian(ParameterVector vector, List<Value> parameters, List<Value> gradients) {
    Hessian(Objective objective, ParameterVector vector) {
      this(
          vector, objective.parameters().stream().map(Parameter::value).toList(), objective.loss());
    }

    private Hessian(ParameterVector vector, List<Value> parameters, Value loss) {
      this(vector, parameters, Differentiator.gradients(loss, parameters));
    }

    Value times(Value direction) {
      List<Value> parts = vector.split(Ops.stopGradient(direction));
      List<Value> products = new ArrayList<>();
      for (int i = 0; i < parts.size(); i++) {
        products.add(dot(gradients.get(i), parts.get(i)));
      }
      Value slope = products.stream().reduce(Ops::add).orElseThrow();
      return ParameterVector.join(Differentiator.gradients(slope, parameters));
    }
  }
}
