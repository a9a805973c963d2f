package dev.merapi.cli.job;

import dev.merapi.nn.Default;

/**
 * When a job writes checkpoints, and which stay.
 *
 * @param everySteps after so many steps, beside those at the ends of epochs; 0 for these alone
 * @param keep how many of the newest stay, beside that with the best validation loss
 */
public record CheckpointOptions(@Default("0") long everySteps, @Default("3") int keep) {
  public CheckpointOptions {
    if (everySteps < 0) {
      throw new IllegalArgumentException("everySteps must be at least 0, found " + everySteps);
    }
    if (keep < 1) {
      throw new IllegalArgumentException("keep must be at least 1, found " + keep);
    }
  }
}
