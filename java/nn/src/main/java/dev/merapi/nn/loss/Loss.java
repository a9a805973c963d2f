package dev.merapi.nn.loss;

import dev.merapi.core.graph.Value;

/** How wrong a prediction is: a number that training makes small. */
@FunctionalInterface
public interface Loss {
  /**
   * Builds the loss.
   *
   * @param prediction the model's output, [N, ...]
   * @param target what was wanted, as the loss says
   * @return the mean over the batch: a scalar of the prediction's element type
   * @throws dev.merapi.core.graph.GraphException when the two do not fit each other
   */
  Value build(Value prediction, Value target);

  /**
   * Whether the prediction's last axis has a place for each class and the targets are labels, so
   * that data with more classes than that cannot be learned.
   */
  default boolean scoresClasses() {
    return false;
  }
}
