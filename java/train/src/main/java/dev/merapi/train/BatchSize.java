package dev.merapi.train;

/**
 * Samples per step as a job file has them: a number, or {@code all} of the training data.
 *
 * @param samples {@link TrainingConfig#ALL} for all
 */
public record BatchSize(int samples) {
  public BatchSize {
    if (samples < 1) {
      throw new IllegalArgumentException("batch must be at least 1, found " + samples);
    }
  }

  /**
   * Reads the number or {@code all}.
   *
   * @throws IllegalArgumentException when it is neither
   */
  public static BatchSize valueOf(String text) {
    return new BatchSize(text.equals("all") ? TrainingConfig.ALL : Integer.decode(text));
  }
}
