package dev.merapi.train.metric;

import dev.merapi.nn.Default;

/**
 * Recall: which share of a class is found: true positives / occurrences; 0 where it does not occur.
 *
 * <p>Predictions and targets as for {@link ConfusionMatrix}. Source: scikit-learn, recall_score.
 *
 * @param label the class, 1 for the positive one of two; null for the mean over all classes that
 *     occur or are predicted. With a label the key has it: {@code recall_1}
 */
public record Recall(@Default("null") Integer label) implements ClassFigure {
  public Recall {
    ClassFigure.check(label);
  }

  /** The mean over all classes. */
  public Recall() {
    this(null);
  }

  @Override
  public double figure(double both, double predicted, double actual) {
    return ClassFigure.share(both, actual);
  }
}
