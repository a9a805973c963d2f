package dev.merapi.core.op.elementwise;

import static dev.merapi.core.scalar.ScalarExpr.ONE;
import static dev.merapi.core.scalar.ScalarExpr.arg;
import static dev.merapi.core.scalar.ScalarExpr.constant;
import static dev.merapi.core.scalar.ScalarExpr.mul;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Value;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.scalar.UnaryFunction;

/** y = x / 2 * (1 + erf(x / sqrt(2))), the exact form. Source: Hendrycks and Gimpel, 2016. */
public record Gelu() implements Elementwise {
  public static Value of(Value x) {
    return x.graph().apply(new Gelu(), x);
  }

  @Override
  public ScalarExpr expr() {
    ScalarExpr x = arg(0);
    ScalarExpr erf = ScalarExpr.unary(UnaryFunction.ERF, mul(constant(Math.sqrt(0.5)), x));
    return mul(mul(constant(0.5), x), ScalarExpr.add(ONE, erf));
  }

  @Override
  public int arity() {
    return 1;
  }
}
