package dev.merapi.train.data.normalize;

import dev.merapi.train.data.Dataset;

/**
 * Brings each channel or feature of the training samples to the range from 0 to 1: y = (x - min) /
 * (max - min). One that never changes becomes 0.
 *
 * <p>Source: Han, Kamber and Pei, "Data mining: concepts and techniques", section 3.5.2;
 * scikit-learn's {@code MinMaxScaler}.
 */
public record MinMax() implements Normalizer {
  @Override
  public Scaling fit(Dataset train) {
    FeatureStatistics found = FeatureStatistics.of(train);
    double[] scale = new double[found.min().length];
    for (int i = 0; i < scale.length; i++) {
      double range = found.max()[i] - found.min()[i];
      scale[i] = range > 0 ? 1 / range : 1;
    }
    return Scaling.of(found.min(), scale);
  }
}
