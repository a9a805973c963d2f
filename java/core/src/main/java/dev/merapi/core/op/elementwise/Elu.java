package dev.merapi.core.op.elementwise;

import static dev.merapi.core.scalar.ScalarExpr.arg;
import static dev.merapi.core.scalar.ScalarExpr.binary;
import static dev.merapi.core.scalar.ScalarExpr.constant;
import static dev.merapi.core.scalar.ScalarExpr.mul;
import static dev.merapi.core.scalar.ScalarExpr.select;
import static dev.merapi.core.scalar.ScalarExpr.sub;
import static dev.merapi.core.scalar.ScalarExpr.unary;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.scalar.UnaryFunction;

/**
 * y = x for x above 0, else alpha * (exp(x) - 1). Source: Clevert, Unterthiner and Hochreiter, ICLR
 * 2016.
 *
 * @param alpha at least 0, so that the gradient, y + alpha below 0, is known from the output
 */
public record Elu(double alpha) implements Elementwise {
  public Elu {
    GraphException.check(alpha >= 0, "elu: alpha must be at least 0, found %s", alpha);
  }

  public static Value of(Value x, double alpha) {
    return x.graph().apply(new Elu(alpha), x);
  }

  @Override
  public ScalarExpr expr() {
    ScalarExpr x = arg(0);
    ScalarExpr below = mul(constant(alpha), sub(unary(UnaryFunction.EXP, x), ScalarExpr.ONE));
    return select(binary(BinaryFunction.GREATER, x, ScalarExpr.ZERO), x, below);
  }

  @Override
  public ScalarExpr derivative(int input) {
    ScalarExpr y = arg(1);
    ScalarExpr below = ScalarExpr.add(y, constant(alpha));
    return select(binary(BinaryFunction.GREATER, y, ScalarExpr.ZERO), ScalarExpr.ONE, below);
  }

  @Override
  public int arity() {
    return 1;
  }
}
