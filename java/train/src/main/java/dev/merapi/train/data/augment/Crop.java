package dev.merapi.train.data.augment;

import dev.merapi.nn.Default;
import dev.merapi.train.data.RandomStream;

/**
 * Cuts a window of the image's own size out of the image with a border around it, at a random
 * place, as torchvision's {@code RandomCrop(size, padding)} does: out[y, x] = padded[y + top, x +
 * left] with top and left uniform in {0, ..., 2 border}.
 *
 * <p>Source: He et al., "Deep residual learning for image recognition", CVPR 2016, section 4.2.
 *
 * @param border pixels around the image; 4 is usual for images of 32x32
 * @param padding what the border shows
 */
public record Crop(@Default("4") int border, @Default("zero") Padding padding)
    implements ImageAugmentation {
  public Crop {
    if (border < 0) {
      throw new IllegalArgumentException("border must be at least 0, found " + border);
    }
  }

  /** With a black border. */
  public Crop(int border) {
    this(border, Padding.ZERO);
  }

  public Crop padding(Padding padding) {
    return new Crop(border, padding);
  }

  @Override
  public void apply(Image image, RandomStream random) {
    int left = random.below(2 * border + 1);
    int top = random.below(2 * border + 1);
    image.translate(border - left, border - top, padding);
  }
}
