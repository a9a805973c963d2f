package dev.merapi.train.schedule;

/**
 * How long a training is, which schedules are stretched over.
 *
 * @param stepsPerEpoch optimizer steps of one pass over the training data
 * @param totalSteps optimizer steps of the whole training
 */
public record Horizon(long stepsPerEpoch, long totalSteps) {
  public Horizon {
    if (stepsPerEpoch < 1 || totalSteps < 1) {
      throw new IllegalArgumentException(
          "expected at least one step, found "
              + stepsPerEpoch
              + " per epoch and "
              + totalSteps
              + " in all");
    }
  }
}
