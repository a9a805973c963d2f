package dev.merapi.core.op.elementwise;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Value;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.scalar.UnaryFunction;

/** y = x * sigmoid(x), also called swish. Source: Ramachandran, Zoph and Le, 2017. */
public record Silu() implements Elementwise {
  public static Value of(Value x) {
    return x.graph().apply(new Silu(), x);
  }

  @Override
  public ScalarExpr expr() {
    ScalarExpr x = ScalarExpr.arg(0);
    return ScalarExpr.mul(x, ScalarExpr.unary(UnaryFunction.SIGMOID, x));
  }

  @Override
  public int arity() {
    return 1;
  }
}
