package dev.merapi.cli.readme;

import static dev.merapi.core.scalar.ScalarExpr.ONE;
import static dev.merapi.core.scalar.ScalarExpr.add;
import static dev.merapi.core.scalar.ScalarExpr.arg;
import static dev.merapi.core.scalar.ScalarExpr.div;
import static dev.merapi.core.scalar.ScalarExpr.unary;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Value;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.scalar.UnaryFunction;

/** y = x / (1 + abs(x)): the op that the README adds. */
public record Softsign() implements Elementwise {
  public static Value of(Value x) {
    return x.graph().apply(new Softsign(), x);
  }

  @Override
  public ScalarExpr expr() {
    ScalarExpr x = arg(0);
    return div(x, add(ONE, unary(UnaryFunction.ABS, x)));
  }

  @Override
  public int arity() {
    return 1;
  }
}
