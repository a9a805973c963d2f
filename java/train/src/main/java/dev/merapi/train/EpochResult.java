package dev.merapi.train;

import dev.merapi.core.graph.GraphException;
import java.util.Optional;

/**
 * One pass over the training data.
 *
 * @param epoch from 1
 * @param steps optimizer steps since the beginning
 * @param trainLoss mean over the epoch's samples, while the weights changed
 * @param gradientNorm of the last step, before clipping
 * @param learningRate of the last step
 * @param samplesPerSecond of training alone
 * @param validation on the validation data; empty without them
 */
public record EpochResult(
    int epoch,
    long steps,
    double trainLoss,
    double gradientNorm,
    double learningRate,
    double samplesPerSecond,
    Optional<Evaluation> validation) {
  static final String TRAIN_LOSS = "train_loss";
  static final String VALIDATION = "validation_";

  /**
   * A number as a run's metrics name it: {@code train_loss}, {@code validation_loss}, {@code
   * validation_accuracy}.
   *
   * @throws GraphException when it is no single number
   */
  public double metric(String name) {
    if (name.equals(TRAIN_LOSS)) {
      return trainLoss;
    }
    Evaluation found = validation.orElseThrow();
    String key = name.substring(VALIDATION.length());
    return key.equals("loss")
        ? found.loss()
        : found
            .metric(key)
            .orElseThrow(() -> new GraphException(name + ": expected one number, found several"));
  }
}
