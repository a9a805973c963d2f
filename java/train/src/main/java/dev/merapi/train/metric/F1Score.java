package dev.merapi.train.metric;

import dev.merapi.nn.Default;

/**
 * F1 score, the harmonic mean of {@link Precision} and {@link Recall} of a class: 2 true positives
 * / (predicted + occurrences).
 *
 * <p>Predictions and targets as for {@link ConfusionMatrix}. Source: scikit-learn, f1_score.
 *
 * @param label the class, 1 for the positive one of two; null for the mean over all classes that
 *     occur or are predicted. With a label the key has it: {@code f1_score_1}
 */
public record F1Score(@Default("null") Integer label) implements ClassFigure {
  public F1Score {
    ClassFigure.check(label);
  }

  /** The mean over all classes. */
  public F1Score() {
    this(null);
  }

  @Override
  public double figure(double both, double predicted, double actual) {
    return ClassFigure.share(2 * both, predicted + actual);
  }
}
