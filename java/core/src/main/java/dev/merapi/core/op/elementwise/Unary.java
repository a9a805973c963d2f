package dev.merapi.core.op.elementwise;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Value;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.scalar.UnaryFunction;

/** y = f(x) for one of the scalar functions. */
public record Unary(UnaryFunction function) implements Elementwise {
  /** Applies the function to each element. */
  public static Value of(UnaryFunction function, Value x) {
    return x.graph().apply(new Unary(function), x);
  }

  @Override
  public ScalarExpr expr() {
    return ScalarExpr.unary(function, ScalarExpr.arg(0));
  }

  @Override
  public int arity() {
    return 1;
  }

  @Override
  public String name() {
    return function.symbol();
  }
}
