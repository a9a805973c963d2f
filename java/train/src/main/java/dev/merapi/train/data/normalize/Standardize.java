package dev.merapi.train.data.normalize;

import dev.merapi.train.data.Dataset;

/**
 * Gives each channel or feature the mean 0 and the standard deviation 1: y = (x - mean) / std, over
 * all training samples and, of images, all pixels; std is the biased one, sqrt(mean((x - mean)^2)).
 * One that never changes is only moved to 0.
 *
 * <p>Source: LeCun et al., "Efficient BackProp", 1998, section 4.3; scikit-learn's {@code
 * StandardScaler}.
 */
public record Standardize() implements Normalizer {
  @Override
  public Scaling fit(Dataset train) {
    FeatureStatistics found = FeatureStatistics.of(train);
    double[] scale = new double[found.mean().length];
    for (int i = 0; i < scale.length; i++) {
      scale[i] = found.max()[i] > found.min()[i] ? 1 / found.std()[i] : 1;
    }
    return Scaling.of(found.mean(), scale);
  }
}
