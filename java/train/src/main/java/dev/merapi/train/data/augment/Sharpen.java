package dev.merapi.train.data.augment;

import dev.merapi.nn.Default;
import dev.merapi.train.data.RandomStream;

/**
 * Sharpens an image: out = f in + (1 - f) smooth(in), cut off at 0 and 255, where smooth is the
 * mean of the nine pixels around with the weight 5 for the one in the middle and 1 for the others.
 * The outermost pixels stay as they are. f = 1 changes nothing, f = 0 smoothes.
 *
 * <p>Source: torchvision's {@code RandomAdjustSharpness}; Pillow's {@code ImageEnhance.Sharpness}.
 *
 * @param factor f, at least 0
 * @param probability that an image is sharpened at all
 */
public record Sharpen(@Default("2") double factor, @Default("0.5") double probability)
    implements ImageAugmentation {
  private static final float CENTER = 5;
  private static final float WEIGHTS = 13;

  public Sharpen {
    if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("factor must be at least 0, found " + factor);
    }
    Probability.require("probability", probability);
  }

  @Override
  public void apply(Image image, RandomStream random) {
    if (!random.chance(probability) || factor == 1) {
      return;
    }
    float[] in = image.pixels();
    float[] out = image.spare();
    int width = image.width();
    System.arraycopy(in, 0, out, 0, in.length);
    float kept = (float) factor;
    for (int channel = 0; channel < image.channels(); channel++) {
      for (int y = 1; y < image.height() - 1; y++) {
        int row = (channel * image.height() + y) * width;
        for (int i = row + 1; i < row + width - 1; i++) {
          float around = three(in, i - width) + three(in, i) + three(in, i + width);
          float smooth = (around + (CENTER - 1) * in[i]) / WEIGHTS;
          out[i] = kept * in[i] + (1 - kept) * smooth;
        }
      }
    }
    image.swap();
    image.clamp();
  }

  private static float three(float[] pixels, int middle) {
    return pixels[middle - 1] + pixels[middle] + pixels[middle + 1];
  }
}
