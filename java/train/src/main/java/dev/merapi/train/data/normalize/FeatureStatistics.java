package dev.merapi.train.data.normalize;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.data.DataException;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.Inputs;
import java.util.Arrays;

/**
 * Statistics of each channel or feature of a data set's inputs; bytes count from 0 to 1.
 *
 * @param std the biased standard deviation
 */
record FeatureStatistics(double[] mean, double[] std, double[] min, double[] max) {
  /** Reads all samples, twice. */
  static FeatureStatistics of(Dataset data) {
    TensorType type = data.inputType();
    if (type.dtype() == DType.I32 || type.shape().rank() == 0) {
      throw new DataException(
          data.description()
              + ": expected rows [F] or images [C, H, W] of numbers to normalize, found "
              + type);
    }
    int features = type.shape().dim(0);
    int each = type.shape().elements() / features;
    double unit = type.dtype() == DType.U8 ? 255 : 1;
    double count = (double) data.size() * each;
    double[] mean = new double[features];
    double[] min = new double[features];
    double[] max = new double[features];
    Arrays.fill(min, Double.POSITIVE_INFINITY);
    Arrays.fill(max, Double.NEGATIVE_INFINITY);
    Inputs.forEach(
        data,
        sample -> {
          for (int i = 0; i < sample.elements(); i++) {
            double value = sample.get(i) / unit;
            int feature = i / each;
            mean[feature] += value / count;
            min[feature] = Math.min(min[feature], value);
            max[feature] = Math.max(max[feature], value);
          }
        });
    for (int i = 0; i < features; i++) {
      if (!Double.isFinite(min[i]) || !Double.isFinite(max[i])) {
        throw new DataException(
            data.description() + ": expected finite numbers, found others in feature " + i);
      }
    }
    double[] std = new double[features];
    Inputs.forEach(
        data,
        sample -> {
          for (int i = 0; i < sample.elements(); i++) {
            double deviation = sample.get(i) / unit - mean[i / each];
            std[i / each] += deviation * deviation / count;
          }
        });
    Arrays.setAll(std, i -> Math.sqrt(std[i]));
    return new FeatureStatistics(mean, std, min, max);
  }
}
