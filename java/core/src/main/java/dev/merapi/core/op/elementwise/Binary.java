package dev.merapi.core.op.elementwise;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.ScalarExpr;

/** y = f(a, b) for one of the scalar functions, with a and b broadcast to a common shape. */
public record Binary(BinaryFunction function) implements Elementwise {
  /** Applies the function to each pair of elements. */
  public static Value of(BinaryFunction function, Value a, Value b) {
    return a.graph().apply(new Binary(function), a, b);
  }

  /** Applies the function with a number as the second argument. */
  public static Value of(BinaryFunction function, Value a, double b) {
    return of(function, a, Constant.scalar(a.graph(), a.dtype(), b));
  }

  @Override
  public ScalarExpr expr() {
    return ScalarExpr.binary(function, ScalarExpr.arg(0), ScalarExpr.arg(1));
  }

  @Override
  public int arity() {
    return 2;
  }

  @Override
  public String name() {
    return function.symbol();
  }
}
