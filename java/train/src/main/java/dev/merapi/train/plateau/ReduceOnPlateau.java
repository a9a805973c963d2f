package dev.merapi.train.plateau;

import dev.merapi.nn.Default;

/**
 * Multiplies the learning rate by a factor when a metric has got no better for more than some
 * epochs: scale = max(scale factor, minScale), where the learning rate is that of the schedule
 * times the scale, which begins with 1.
 *
 * <p>An epoch is better when its metric is below best (1 - threshold), or above best (1 +
 * threshold) where large is better. Source: PyTorch's {@code ReduceLROnPlateau} with its relative
 * threshold.
 *
 * @param factor of the learning rate, above 0 and below 1
 * @param patience how many epochs may be no better before it is reduced in the next such
 * @param metric as the metrics of a run are named: {@code validation_loss}, {@code
 *     validation_accuracy}, {@code train_loss}
 * @param mode whether small or large values are better
 * @param threshold the share of the best value by which an epoch must be better, at least 0
 * @param cooldown how many epochs after a reduction do not count
 * @param minScale the smallest scale
 */
public record ReduceOnPlateau(
    @Default("0.1") double factor,
    @Default("10") int patience,
    @Default("validation_loss") String metric,
    @Default("auto") Mode mode,
    @Default("1e-4") double threshold,
    @Default("0") int cooldown,
    @Default("0") double minScale) {
  public ReduceOnPlateau {
    require(factor > 0 && factor < 1, "factor must be above 0 and below 1, found " + factor);
    require(patience >= 0, "patience must be at least 0, found " + patience);
    require(threshold >= 0, "threshold must be at least 0, found " + threshold);
    require(cooldown >= 0, "cooldown must be at least 0, found " + cooldown);
    require(minScale >= 0, "minScale must be at least 0, found " + minScale);
  }

  /** On the validation loss. */
  public ReduceOnPlateau(double factor, int patience) {
    this(factor, patience, "validation_loss", Mode.AUTO, 1e-4, 0, 0);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }

  public ReduceOnPlateau metric(String value) {
    return new ReduceOnPlateau(factor, patience, value, mode, threshold, cooldown, minScale);
  }

  public ReduceOnPlateau mode(Mode value) {
    return new ReduceOnPlateau(factor, patience, metric, value, threshold, cooldown, minScale);
  }

  public ReduceOnPlateau threshold(double value) {
    return new ReduceOnPlateau(factor, patience, metric, mode, value, cooldown, minScale);
  }

  public ReduceOnPlateau cooldown(int value) {
    return new ReduceOnPlateau(factor, patience, metric, mode, threshold, value, minScale);
  }

  public ReduceOnPlateau minScale(double value) {
    return new ReduceOnPlateau(factor, patience, metric, mode, threshold, cooldown, value);
  }

  /**
   * What it knows.
   *
   * @param best value so far
   * @param waited epochs that were no better since then or since the last reduction
   * @param cooling epochs that do not count yet
   * @param scale of the learning rate
   */
  public record State(double best, int waited, int cooling, double scale) {}

  /** Before the first epoch. */
  public State start() {
    return new State(mode.of(metric).worst(), 0, 0, 1);
  }

  /** After an epoch in which the metric had a value. */
  public State next(State state, double value) {
    Mode resolved = mode.of(metric);
    double share = resolved == Mode.MIN ? 1 - threshold : 1 + threshold;
    boolean better = resolved.better(value, state.best * share);
    double best = better ? value : state.best;
    int cooling = Math.max(state.cooling - 1, 0);
    int waited = better || state.cooling > 0 ? 0 : state.waited + 1;
    return waited > patience
        ? new State(best, 0, cooldown, Math.max(state.scale * factor, minScale))
        : new State(best, waited, cooling, state.scale);
  }
}
