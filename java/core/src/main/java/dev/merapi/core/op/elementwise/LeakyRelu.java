package dev.merapi.core.op.elementwise;

import static dev.merapi.core.scalar.ScalarExpr.arg;
import static dev.merapi.core.scalar.ScalarExpr.binary;
import static dev.merapi.core.scalar.ScalarExpr.constant;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.ScalarExpr;

/**
 * y = x for x above 0, else slope * x. Source: Maas et al., "Rectifier nonlinearities improve
 * neural network acoustic models", 2013.
 *
 * @param slope at least 0, so that the gradient is known from the output
 */
public record LeakyRelu(double slope) implements Elementwise {
  public LeakyRelu {
    GraphException.check(slope >= 0, "leakyRelu: slope must be at least 0, found %s", slope);
  }

  public static Value of(Value x, double slope) {
    return x.graph().apply(new LeakyRelu(slope), x);
  }

  @Override
  public ScalarExpr expr() {
    ScalarExpr x = arg(0);
    ScalarExpr positive = binary(BinaryFunction.GREATER, x, ScalarExpr.ZERO);
    return ScalarExpr.select(positive, x, ScalarExpr.mul(constant(slope), x));
  }

  @Override
  public ScalarExpr derivative(int input) {
    ScalarExpr positive = binary(BinaryFunction.GREATER, arg(1), ScalarExpr.ZERO);
    return ScalarExpr.select(positive, ScalarExpr.ONE, constant(slope));
  }

  @Override
  public int arity() {
    return 1;
  }
}
