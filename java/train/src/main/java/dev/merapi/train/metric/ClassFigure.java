package dev.merapi.train.metric;

import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;

/**
 * A figure of each class's row and column of the confusion matrix: that of one class, or the mean
 * over all classes that occur or are predicted.
 */
interface ClassFigure extends Metric {
  ConfusionMatrix COUNTS = new ConfusionMatrix();

  /** The class; null for the mean over all. */
  Integer label();

  /**
   * The figure of a class.
   *
   * @param both how often it was rightly predicted
   * @param predicted how often it was predicted
   * @param actual how often it occurs; one of the two is above 0
   */
  double figure(double both, double predicted, double actual);

  /** A share of none is 0. */
  static double share(double part, double whole) {
    return whole == 0 ? 0 : part / whole;
  }

  /** Requires a label that some class may have. */
  static void check(Integer label) {
    if (label != null && label < 0) {
      throw new IllegalArgumentException("label must be at least 0, found " + label);
    }
  }

  @Override
  default boolean appliesTo(TensorType prediction, TensorType target) {
    return COUNTS.appliesTo(prediction, target)
        && (label() == null || label() < accumulator(prediction).shape().dim(0));
  }

  @Override
  default TensorType accumulator(TensorType prediction) {
    return COUNTS.accumulator(prediction);
  }

  @Override
  default Value accumulate(Value accumulator, Value prediction, Value target) {
    return COUNTS.accumulate(accumulator, prediction, target);
  }

  @Override
  default HostTensor result(HostTensor counts, long samples) {
    int classes = counts.shape().dim(0);
    double sum = 0;
    int present = 0;
    for (int c = 0; c < classes; c++) {
      double predicted = 0;
      double actual = 0;
      for (int i = 0; i < classes; i++) {
        predicted += counts.get(i * classes + c);
        actual += counts.get(c * classes + i);
      }
      if ((label() == null || label() == c) && predicted + actual > 0) {
        sum += figure(counts.get(c * classes + c), predicted, actual);
        present++;
      }
    }
    return HostTensor.of(TensorType.scalar(DType.F64), share(sum, present));
  }

  @Override
  default String key() {
    return Metric.super.key() + (label() == null ? "" : "_" + label());
  }
}
