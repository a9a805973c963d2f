package dev.merapi.train.schedule;

import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.scalar.UnaryFunction;
import dev.merapi.nn.Default;

/**
 * The learning rate drops every few epochs: factor = gamma^floor(epoch / stepSize).
 *
 * <p>Source: PyTorch's {@code StepLR}.
 *
 * @param stepSize epochs between two drops
 * @param gamma what the learning rate is multiplied by in a drop
 */
public record Step(int stepSize, @Default("0.1") double gamma) implements Schedule {
  public Step {
    if (stepSize < 1) {
      throw new IllegalArgumentException("stepSize must be at least 1 epoch, found " + stepSize);
    }
    if (!(gamma > 0)) {
      throw new IllegalArgumentException("gamma must be above 0, found " + gamma);
    }
  }

  /** Drops to a tenth every few epochs. */
  public Step(int stepSize) {
    this(stepSize, 0.1);
  }

  @Override
  public ScalarExpr factor(Horizon horizon) {
    ScalarExpr period = ScalarExpr.constant((double) stepSize * horizon.stepsPerEpoch());
    ScalarExpr drops =
        ScalarExpr.unary(UnaryFunction.FLOOR, ScalarExpr.div(ScalarExpr.arg(0), period));
    return ScalarExpr.binary(BinaryFunction.POW, ScalarExpr.constant(gamma), drops);
  }
}
