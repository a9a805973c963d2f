package dev.merapi.train.data.normalize;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.train.data.Dataset;

/**
 * Brings inputs to a common scale: y = (x - mean) scale, with numbers of their own for each channel
 * of images [C, H, W], or other inputs of several axes, and for each feature of rows [F].
 *
 * <p>The numbers are fitted to the training data and saved with the weights, as {@code
 * normalizer.mean} and {@code normalizer.scale}, so that whatever is evaluated or predicted later
 * is treated alike. Bytes count from 0 to 1, as models see them.
 */
@FunctionalInterface
public interface Normalizer {
  /**
   * The numbers for some training data.
   *
   * @throws dev.merapi.train.data.DataException when a number is not finite, or inputs are indices
   */
  Scaling fit(Dataset train);

  /**
   * What is taken off, and what the rest is multiplied with.
   *
   * @param mean [C] or [F], F64
   * @param scale likewise
   */
  record Scaling(HostTensor mean, HostTensor scale) {
    static Scaling of(double[] mean, double[] scale) {
      return new Scaling(
          HostTensor.of(Shape.of(mean.length), mean), HostTensor.of(Shape.of(scale.length), scale));
    }
  }
}
