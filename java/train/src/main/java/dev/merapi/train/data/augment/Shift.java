package dev.merapi.train.data.augment;

import dev.merapi.nn.Default;
import dev.merapi.train.data.RandomStream;

/**
 * Moves an image by a random number of whole pixels to a side and up or down: out[y, x] = in[y -
 * dy, x - dx] with dx and dy uniform in {-pixels, ..., pixels}.
 *
 * <p>Source: LeCun et al., "Gradient-based learning applied to document recognition", 1998.
 *
 * @param pixels the farthest, in both directions
 * @param padding what comes in from beyond the edges
 */
public record Shift(@Default("2") int pixels, @Default("zero") Padding padding)
    implements ImageAugmentation {
  public Shift {
    if (pixels < 0) {
      throw new IllegalArgumentException("pixels must be at least 0, found " + pixels);
    }
  }

  /** Black comes in. */
  public Shift(int pixels) {
    this(pixels, Padding.ZERO);
  }

  public Shift padding(Padding padding) {
    return new Shift(pixels, padding);
  }

  @Override
  public void apply(Image image, RandomStream random) {
    int columns = random.below(2 * pixels + 1) - pixels;
    int rows = random.below(2 * pixels + 1) - pixels;
    image.translate(columns, rows, padding);
  }
}
