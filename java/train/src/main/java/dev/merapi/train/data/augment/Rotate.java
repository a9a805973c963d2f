package dev.merapi.train.data.augment;

import dev.merapi.nn.Default;
import dev.merapi.train.data.RandomStream;

/**
 * Turns an image about its middle by a random angle, by bilinear interpolation: out[p] = in[R(a)^-1
 * p] with a uniform in [-degrees, degrees], counter-clockwise.
 *
 * <p>Source: torchvision's {@code RandomRotation}; Ciresan, Meier and Schmidhuber, "Multi-column
 * deep neural networks for image classification", CVPR 2012.
 *
 * @param degrees how far to either side, from 0 to 180
 * @param padding what comes in from beyond the edges
 */
public record Rotate(@Default("10") double degrees, @Default("zero") Padding padding)
    implements ImageAugmentation {
  public Rotate {
    if (!(degrees >= 0 && degrees <= 180)) {
      throw new IllegalArgumentException("degrees must be from 0 to 180, found " + degrees);
    }
  }

  /** Black comes in. */
  public Rotate(double degrees) {
    this(degrees, Padding.ZERO);
  }

  public Rotate padding(Padding padding) {
    return new Rotate(degrees, padding);
  }

  @Override
  public void apply(Image image, RandomStream random) {
    double radians = random.uniform(-degrees, degrees) * (Math.PI / 180);
    image.resample(StrictMath.cos(radians), StrictMath.sin(radians), 0, 0, padding);
  }
}
