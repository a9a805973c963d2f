package dev.merapi.train.data.augment;

import dev.merapi.nn.Default;
import dev.merapi.train.data.RandomStream;

/**
 * Adds normal noise to each pixel of each channel: out = in + 255 std z with z ~ N(0, 1), where in
 * is from 0 to 255.
 *
 * <p>Source: Bishop, "Training with noise is equivalent to Tikhonov regularization", 1995.
 *
 * @param std standard deviation, where 1 is the way from black to white
 */
public record Noise(@Default("0.05") double std) implements ImageAugmentation {
  public Noise {
    if (!(std >= 0 && std < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("std must be at least 0, found " + std);
    }
  }

  @Override
  public void apply(Image image, RandomStream random) {
    float[] pixels = image.pixels();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] += (float) (255 * std * random.normal());
    }
  }
}
