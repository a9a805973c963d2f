package dev.merapi.train.penalty;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;
import java.util.List;

/**
 * The L2 penalty, which keeps weights small: p(w) = factor / 2 sum w^2, with the gradient factor w.
 *
 * <p>So it does what an optimizer's coupled {@code weightDecay} of the same size does, but for
 * chosen parameters, and gradient clipping sees it. With {@code adam} both are divided by the
 * gradient's size; {@code adamW} decays decoupled from the gradient.
 *
 * <p>Takes a parameter of any shape, gives a scalar. Source: Krogh and Hertz, "A simple weight
 * decay can improve generalization", 1991; Goodfellow et al., "Deep learning", 2016, 7.1.1.
 *
 * @param factor how much it counts beside the loss, at least 0
 * @param parameters which it is for: layers or variables such as {@code conv*}; none means weights
 */
public record L2(double factor, @Default("[]") List<String> parameters) implements Penalty {
  public L2 {
    Factor.check("factor", factor);
    parameters = List.copyOf(parameters);
  }

  /** For all weights. */
  public L2(double factor) {
    this(factor, List.of());
  }

  public L2 parameters(String... patterns) {
    return new L2(factor, List.of(patterns));
  }

  @Override
  public Value of(Value parameter) {
    return Ops.mul(Ops.sumOfSquares(List.of(parameter)), factor / 2);
  }
}
