package dev.merapi.train.data.augment;

import dev.merapi.nn.Default;
import dev.merapi.train.data.RandomStream;

/**
 * Scales, turns and moves an image at random, all in one bilinear interpolation about its middle,
 * so that it is blurred once:
 *
 * <pre>out[p] = in[R(a)^-1 (p - (dx, dy)) / s]</pre>
 *
 * with the angle a uniform in [-degrees, degrees], counter-clockwise, the factor s uniform in [1 -
 * scale, 1 + scale], and dx and dy uniform in [-shift, shift] pixels, which need not be whole.
 *
 * <p>Source: torchvision's {@code RandomAffine}; Simard, Steinkraus and Platt, "Best practices for
 * convolutional neural networks applied to visual document analysis", ICDAR 2003.
 *
 * @param shift the farthest move, in pixels
 * @param scale how much larger or smaller, below 1
 * @param degrees how far it is turned to either side
 * @param padding what comes in from beyond the edges
 */
public record Affine(
    @Default("2") double shift,
    @Default("0.1") double scale,
    @Default("10") double degrees,
    @Default("zero") Padding padding)
    implements ImageAugmentation {
  public Affine {
    if (!(shift >= 0 && shift < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("shift must be at least 0, found " + shift);
    }
    if (!(scale >= 0 && scale < 1)) {
      throw new IllegalArgumentException("scale must be at least 0 and below 1, found " + scale);
    }
    if (!(degrees >= 0 && degrees <= 180)) {
      throw new IllegalArgumentException("degrees must be from 0 to 180, found " + degrees);
    }
  }

  /** Black comes in. */
  public Affine(double shift, double scale, double degrees) {
    this(shift, scale, degrees, Padding.ZERO);
  }

  public Affine padding(Padding padding) {
    return new Affine(shift, scale, degrees, padding);
  }

  @Override
  public void apply(Image image, RandomStream random) {
    double moveX = random.uniform(-shift, shift);
    double moveY = random.uniform(-shift, shift);
    double factor = random.uniform(1 - scale, 1 + scale);
    double radians = random.uniform(-degrees, degrees) * (Math.PI / 180);
    double cos = StrictMath.cos(radians) / factor;
    double sin = StrictMath.sin(radians) / factor;
    image.resample(cos, sin, moveX, moveY, padding);
  }
}
