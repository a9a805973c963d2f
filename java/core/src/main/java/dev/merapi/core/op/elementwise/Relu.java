package dev.merapi.core.op.elementwise;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Value;
import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.ScalarExpr;

/** y = max(x, 0); the gradient at 0 is 0; NaN stays NaN. Source: Nair and Hinton, ICML 2010. */
public record Relu() implements Elementwise {
  public static Value of(Value x) {
    return x.graph().apply(new Relu(), x);
  }

  @Override
  public ScalarExpr expr() {
    return ScalarExpr.binary(BinaryFunction.MAX, ScalarExpr.arg(0), ScalarExpr.ZERO);
  }

  @Override
  public int arity() {
    return 1;
  }
}
