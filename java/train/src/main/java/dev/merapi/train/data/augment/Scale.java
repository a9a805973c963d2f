package dev.merapi.train.data.augment;

import dev.merapi.nn.Default;
import dev.merapi.train.data.RandomStream;

/**
 * Makes an image larger or smaller by a random factor, about its middle and by bilinear
 * interpolation: out[p] = in[p / s] with s uniform in [min, max].
 *
 * <p>Source: torchvision's {@code RandomAffine(scale)}; Ciresan, Meier and Schmidhuber,
 * "Multi-column deep neural networks for image classification", CVPR 2012.
 *
 * @param min the smallest factor, above 0
 * @param max the largest factor
 * @param padding what comes in from beyond the edges
 */
public record Scale(
    @Default("0.9") double min, @Default("1.1") double max, @Default("zero") Padding padding)
    implements ImageAugmentation {
  public Scale {
    if (!(min > 0 && min <= max && max < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "min must be above 0 and at most max, found " + min + " and " + max);
    }
  }

  /** Black comes in. */
  public Scale(double min, double max) {
    this(min, max, Padding.ZERO);
  }

  public Scale padding(Padding padding) {
    return new Scale(min, max, padding);
  }

  @Override
  public void apply(Image image, RandomStream random) {
    image.resample(1 / random.uniform(min, max), 0, 0, 0, padding);
  }
}
