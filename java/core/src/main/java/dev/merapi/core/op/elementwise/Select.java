package dev.merapi.core.op.elementwise;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Value;
import dev.merapi.core.scalar.ScalarExpr;

/**
 * y = a where the condition is not 0, else b.
 *
 * <p>The side that is not taken does not matter, even when it is NaN. Condition, a and b have one
 * element type.
 */
public record Select() implements Elementwise {
  public static Value of(Value condition, Value a, Value b) {
    return condition.graph().apply(new Select(), condition, a, b);
  }

  @Override
  public ScalarExpr expr() {
    return ScalarExpr.select(ScalarExpr.arg(0), ScalarExpr.arg(1), ScalarExpr.arg(2));
  }

  @Override
  public int arity() {
    return 3;
  }
}
