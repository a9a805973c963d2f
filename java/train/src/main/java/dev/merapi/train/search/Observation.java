package dev.merapi.train.search;

import java.util.List;

/**
 * A point that was tried.
 *
 * @param point its quantiles
 * @param value of the objective, of which small is better; NaN or infinite where the training
 *     diverged, which is worse than all others
 */
public record Observation(List<Double> point, double value) {
  public Observation {
    point = List.copyOf(point);
  }

  /** Whether there is a value. */
  public boolean isFinite() {
    return Double.isFinite(value);
  }
}
