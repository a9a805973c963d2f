package dev.merapi.nn.loss;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;

/**
 * Huber's loss, squared near 0 and linear beyond: the mean over all elements d = prediction -
 * target of
 *
 * <pre>
 * d^2 / 2                      where |d| &lt;= delta
 * delta (|d| - delta / 2)      elsewhere
 * </pre>
 *
 * <p>{@link SmoothL1} with beta = delta is this divided by delta. Prediction and target: one type
 * and shape. Source: Huber, "Robust Estimation of a Location Parameter", Annals of Mathematical
 * Statistics 35(1), 1964; PyTorch, HuberLoss.
 *
 * @param delta where it becomes linear, above 0
 */
public record Huber(@Default("1") double delta) implements SameShape {
  public Huber {
    if (!(delta > 0 && Double.isFinite(delta))) {
      throw new IllegalArgumentException("delta must be finite and above 0, found " + delta);
    }
  }

  /** Linear beyond 1. */
  public Huber() {
    this(1);
  }

  @Override
  public Value elements(Value prediction, Value target) {
    Value distance = Ops.abs(Ops.sub(prediction, target));
    // With c = min(|d|, delta) both branches are c (|d| - c / 2).
    Value clipped = Ops.min(distance, delta);
    return Ops.mul(clipped, Ops.sub(distance, Ops.mul(clipped, 0.5)));
  }
}
