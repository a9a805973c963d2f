package dev.merapi.train.data.augment;

import dev.merapi.nn.Default;
import dev.merapi.train.data.RandomStream;

/**
 * Blurs an image with a Gaussian of random width: out = g * in in both directions, g(i) ~ exp(-i^2
 * / (2 sigma^2)) for i from -radius to radius, summing to 1, with sigma uniform in [minSigma,
 * maxSigma] pixels. The image is mirrored at its edges.
 *
 * <p>Source: torchvision's {@code GaussianBlur}; Chen et al., "A simple framework for contrastive
 * learning of visual representations", ICML 2020.
 *
 * @param radius the kernel has 2 radius + 1 pixels
 * @param minSigma the smallest width, above 0
 * @param maxSigma the largest width
 * @param probability that an image is blurred at all
 */
public record Blur(
    @Default("2") int radius,
    @Default("0.1") double minSigma,
    @Default("2") double maxSigma,
    @Default("1") double probability)
    implements ImageAugmentation {
  private static final int LARGEST_RADIUS = 32;

  public Blur {
    if (radius < 1 || radius > LARGEST_RADIUS) {
      throw new IllegalArgumentException(
          "radius must be from 1 to " + LARGEST_RADIUS + ", found " + radius);
    }
    if (!(minSigma > 0 && minSigma <= maxSigma && maxSigma < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "minSigma must be above 0 and at most maxSigma, found " + minSigma + " and " + maxSigma);
    }
    Probability.require("probability", probability);
  }

  /** Five pixels wide, with sigma from 0.1 to 2. */
  public Blur() {
    this(2, 0.1, 2, 1);
  }

  @Override
  public void apply(Image image, RandomStream random) {
    if (random.chance(probability)) {
      image.blur(radius, random.uniform(minSigma, maxSigma));
    }
  }
}
