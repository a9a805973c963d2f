package dev.merapi.train.data.augment;

import dev.merapi.nn.Default;
import dev.merapi.train.data.RandomStream;

/**
 * Bends an image as if it were drawn on rubber: out[p] = in[p + alpha (g * u)[p]], by bilinear
 * interpolation, with a displacement u uniform in [-1, 1] for each pixel and direction, and g a
 * Gaussian of width sigma, cut off at 3 sigma.
 *
 * <p>Source: Simard, Steinkraus and Platt, "Best practices for convolutional neural networks
 * applied to visual document analysis", ICDAR 2003, which took alpha = 34 and sigma = 4 for MNIST.
 *
 * @param alpha how far pixels are moved, in pixels before the smoothing
 * @param sigma how smooth the moves are, in pixels, from 0.5 to 10
 * @param padding what comes in from beyond the edges
 */
public record Elastic(
    @Default("34") double alpha, @Default("4") double sigma, @Default("zero") Padding padding)
    implements ImageAugmentation {
  public Elastic {
    if (!(alpha >= 0 && alpha < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("alpha must be at least 0, found " + alpha);
    }
    if (!(sigma >= 0.5 && sigma <= 10)) {
      throw new IllegalArgumentException("sigma must be from 0.5 to 10, found " + sigma);
    }
  }

  /** Black comes in. */
  public Elastic(double alpha, double sigma) {
    this(alpha, sigma, Padding.ZERO);
  }

  public Elastic padding(Padding padding) {
    return new Elastic(alpha, sigma, padding);
  }

  @Override
  public void apply(Image image, RandomStream random) {
    int radius = (int) Math.ceil(3 * sigma);
    displace(image, image.sourceX(), radius, random);
    displace(image, image.sourceY(), radius, random);
    for (int y = 0, i = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++, i++) {
        image.sourceX()[i] += x;
        image.sourceY()[i] += y;
      }
    }
    image.resample(padding);
  }

  private void displace(Image image, float[] field, int radius, RandomStream random) {
    for (int i = 0; i < field.length; i++) {
      field[i] = (float) random.uniform(-alpha, alpha);
    }
    image.smooth(field, radius, sigma);
  }
}
