package dev.merapi.core.op.elementwise;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Value;
import dev.merapi.core.scalar.ScalarExpr;

/**
 * y = x, whose gradient is 0: what lies before counts as a constant.
 *
 * <p>x of any shape and element type; output of the same. Source: PyTorch's {@code detach}, JAX's
 * {@code stop_gradient}.
 */
public record StopGradient() implements Elementwise {
  public static Value of(Value x) {
    return x.graph().apply(new StopGradient(), x);
  }

  @Override
  public ScalarExpr expr() {
    return ScalarExpr.arg(0);
  }

  @Override
  public int arity() {
    return 1;
  }

  @Override
  public ScalarExpr derivative(int input) {
    return ScalarExpr.ZERO;
  }
}
