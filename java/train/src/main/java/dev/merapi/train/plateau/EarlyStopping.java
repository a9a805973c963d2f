package dev.merapi.train.plateau;

import dev.merapi.nn.Default;

/**
 * Ends a training when a metric has got no better for some epochs: after an epoch with wait &gt;=
 * patience, where wait counts the epochs since the best one.
 *
 * <p>An epoch is better when its metric is below best - minDelta, or above best + minDelta where
 * large is better. The weights in the end are those of the best epoch, also of a training that was
 * not stopped. Source: Prechelt, "Early stopping - but when?", 1998; Keras's {@code EarlyStopping}.
 *
 * @param patience how many epochs may be no better, at least 1
 * @param minDelta how much better an epoch must be to count, at least 0
 * @param metric as the metrics of a run are named: {@code validation_loss}, {@code
 *     validation_accuracy}, {@code train_loss}
 * @param mode whether small or large values are better
 * @param restoreBest whether the weights in the end are those of the best epoch; else of the last
 */
public record EarlyStopping(
    @Default("3") int patience,
    @Default("0") double minDelta,
    @Default("validation_loss") String metric,
    @Default("auto") Mode mode,
    @Default("true") boolean restoreBest) {
  public EarlyStopping {
    if (patience < 1) {
      throw new IllegalArgumentException("patience must be at least 1, found " + patience);
    }
    if (!(minDelta >= 0)) {
      throw new IllegalArgumentException("minDelta must be at least 0, found " + minDelta);
    }
  }

  /** On the validation loss. */
  public EarlyStopping(int patience) {
    this(patience, 0, "validation_loss", Mode.AUTO, true);
  }

  public EarlyStopping minDelta(double value) {
    return new EarlyStopping(patience, value, metric, mode, restoreBest);
  }

  public EarlyStopping metric(String value) {
    return new EarlyStopping(patience, minDelta, value, mode, restoreBest);
  }

  public EarlyStopping mode(Mode value) {
    return new EarlyStopping(patience, minDelta, metric, value, restoreBest);
  }

  public EarlyStopping restoreBest(boolean value) {
    return new EarlyStopping(patience, minDelta, metric, mode, value);
  }

  /**
   * What it knows.
   *
   * @param best value so far
   * @param bestEpoch from 1; 0 before there was one
   * @param waited epochs since then
   */
  public record State(double best, int bestEpoch, int waited) {}

  /** Before the first epoch. */
  public State start() {
    return new State(mode.of(metric).worst(), 0, 0);
  }

  /** After an epoch in which the metric had a value. */
  public State next(State state, int epoch, double value) {
    Mode resolved = mode.of(metric);
    double bound = resolved == Mode.MIN ? state.best - minDelta : state.best + minDelta;
    return resolved.better(value, bound)
        ? new State(value, epoch, 0)
        : new State(state.best, state.bestEpoch, state.waited + 1);
  }

  /** Whether the training ends. */
  public boolean stops(State state) {
    return state.waited >= patience;
  }
}
