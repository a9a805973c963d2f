package dev.merapi.train.penalty;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;
import java.util.List;

/**
 * The L1 penalty, which drives small weights to 0: p(w) = factor sum |w|, with the gradient factor
 * sign(w), 0 at w = 0.
 *
 * <p>Takes a parameter of any shape, gives a scalar. Source: Tibshirani, "Regression shrinkage and
 * selection via the lasso", 1996.
 *
 * @param factor how much it counts beside the loss, at least 0
 * @param parameters which it is for: layers or variables such as {@code conv*}; none means weights
 */
public record L1(double factor, @Default("[]") List<String> parameters) implements Penalty {
  public L1 {
    Factor.check("factor", factor);
    parameters = List.copyOf(parameters);
  }

  /** For all weights. */
  public L1(double factor) {
    this(factor, List.of());
  }

  public L1 parameters(String... patterns) {
    return new L1(factor, List.of(patterns));
  }

  @Override
  public Value of(Value parameter) {
    return Ops.mul(Ops.sum(Ops.abs(parameter)), factor);
  }
}
