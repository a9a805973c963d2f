package dev.merapi.train.data.augment;

import dev.merapi.nn.Default;
import dev.merapi.train.data.RandomStream;

/**
 * Mirrors an image at random: horizontally, out[y, x] = in[y, W - 1 - x], and vertically, out[y, x]
 * = in[H - 1 - y, x].
 *
 * <p>Source: Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional
 * neural networks", NIPS 2012, section 4.1.
 *
 * @param horizontal probability that left and right change places
 * @param vertical probability that top and bottom change places
 */
public record Flip(@Default("0.5") double horizontal, @Default("0") double vertical)
    implements ImageAugmentation {
  public Flip {
    Probability.require("horizontal", horizontal);
    Probability.require("vertical", vertical);
  }

  /** Left and right change places in half of the images. */
  public Flip() {
    this(0.5, 0);
  }

  public Flip horizontal(double horizontal) {
    return new Flip(horizontal, vertical);
  }

  public Flip vertical(double vertical) {
    return new Flip(horizontal, vertical);
  }

  @Override
  public void apply(Image image, RandomStream random) {
    if (random.chance(horizontal)) {
      mirrorRows(image);
    }
    if (random.chance(vertical)) {
      mirrorColumns(image);
    }
  }

  private static void mirrorRows(Image image) {
    float[] pixels = image.pixels();
    int width = image.width();
    for (int row = 0; row < pixels.length; row += width) {
      for (int left = row, right = row + width - 1; left < right; left++, right--) {
        float swapped = pixels[left];
        pixels[left] = pixels[right];
        pixels[right] = swapped;
      }
    }
  }

  private static void mirrorColumns(Image image) {
    int width = image.width();
    int height = image.height();
    for (int channel = 0; channel < image.channels(); channel++) {
      for (int y = 0; y < height; y++) {
        int from = (channel * height + height - 1 - y) * width;
        System.arraycopy(
            image.pixels(), from, image.spare(), (channel * height + y) * width, width);
      }
    }
    image.swap();
  }
}
