package dev.merapi.train.schedule;

import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.scalar.UnaryFunction;
import dev.merapi.nn.Default;

/**
 * factor = factor^floor(epoch / every): the learning rate drops every few epochs.
 *
 * <p>Source: PyTorch's {@code StepLR}, with {@code every} for step_size and {@code factor} for
 * gamma.
 *
 * @param every epochs between two drops
 * @param factor what the learning rate is multiplied by in a drop
 */
public record Step(int every, @Default("0.1") double factor) implements Schedule {
  public Step {
    if (every < 1) {
      throw new IllegalArgumentException("every must be at least 1 epoch, found " + every);
    }
    if (!(factor > 0)) {
      throw new IllegalArgumentException("factor must be above 0, found " + factor);
    }
  }

  /** Drops to a tenth every few epochs. */
  public Step(int every) {
    this(every, 0.1);
  }

  @Override
  public ScalarExpr factor(Horizon horizon) {
    ScalarExpr period = ScalarExpr.constant((double) every * horizon.stepsPerEpoch());
    ScalarExpr drops =
        ScalarExpr.unary(UnaryFunction.FLOOR, ScalarExpr.div(ScalarExpr.arg(0), period));
    return ScalarExpr.binary(BinaryFunction.POW, ScalarExpr.constant(factor), drops);
  }
}
