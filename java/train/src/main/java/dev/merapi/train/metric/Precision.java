package dev.merapi.train.metric;

import dev.merapi.nn.Default;

/**
 * Precision: which share of the predictions of a class is right: true positives / predicted; 0
 * where it is never predicted.
 *
 * <p>Predictions and targets as for {@link ConfusionMatrix}. Source: scikit-learn, precision_score.
 *
 * @param label the class, 1 for the positive one of two; null for the mean over all classes that
 *     occur or are predicted. With a label the key has it: {@code precision_1}
 */
public record Precision(@Default("null") Integer label) implements ClassFigure {
  public Precision {
    ClassFigure.check(label);
  }

  /** The mean over all classes. */
  public Precision() {
    this(null);
  }

  @Override
  public double figure(double both, double predicted, double actual) {
    return ClassFigure.share(both, predicted);
  }
}
