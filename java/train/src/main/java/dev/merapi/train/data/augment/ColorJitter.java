package dev.merapi.train.data.augment;

import dev.merapi.nn.Default;
import dev.merapi.train.data.RandomStream;

/**
 * Changes brightness, contrast, saturation and hue at random, one after the other in a random
 * order:
 *
 * <pre>
 * brightness: b x                      b uniform in [max(0, 1 - brightness), 1 + brightness]
 * contrast:   c x + (1 - c) mean(grey) c likewise
 * saturation: s x + (1 - s) grey       s likewise
 * hue:        HSV's H + h              h uniform in [-hue, hue], in turns of the colour circle
 * </pre>
 *
 * with grey = 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601); levels are cut off at 0 and 255
 * after each. Images that have not three channels are their own grey and have no hue.
 *
 * <p>Source: torchvision's {@code ColorJitter}; Howard, "Some improvements on deep convolutional
 * neural network based image classification", 2013.
 *
 * @param brightness at least 0
 * @param contrast at least 0
 * @param saturation at least 0
 * @param hue from 0 to 0.5
 */
public record ColorJitter(
    @Default("0") double brightness,
    @Default("0") double contrast,
    @Default("0") double saturation,
    @Default("0") double hue)
    implements ImageAugmentation {
  private static final int CHANGES = 4;

  public ColorJitter {
    require("brightness", brightness, Double.MAX_VALUE);
    require("contrast", contrast, Double.MAX_VALUE);
    require("saturation", saturation, Double.MAX_VALUE);
    require("hue", hue, 0.5);
  }

  private static void require(String option, double value, double most) {
    if (!(value >= 0 && value <= most)) {
      String limit = most == Double.MAX_VALUE ? "at least 0" : "from 0 to " + most;
      throw new IllegalArgumentException(option + " must be " + limit + ", found " + value);
    }
  }

  @Override
  public void apply(Image image, RandomStream random) {
    float bright = factor(brightness, random);
    float contrasted = factor(contrast, random);
    float saturated = factor(saturation, random);
    float turned = (float) random.uniform(-hue, hue);
    int left = (1 << CHANGES) - 1; // a bit for each change that is still to be made
    for (int count = CHANGES; count > 0; count--) {
      int change = nth(left, random.below(count));
      left &= ~(1 << change);
      switch (change) {
        case 0 -> blend(image, bright, 0);
        case 1 -> blend(image, contrasted, contrasted == 1 ? 0 : meanGrey(image));
        case 2 -> saturate(image, saturated);
        default -> turn(image, turned);
      }
    }
  }

  private static float factor(double range, RandomStream random) {
    return (float) random.uniform(Math.max(0, 1 - range), 1 + range);
  }

  /** The place of the n-th bit that is set. */
  private static int nth(int bits, int n) {
    int left = bits;
    for (int i = 0; i < n; i++) {
      left &= left - 1;
    }
    return Integer.numberOfTrailingZeros(left);
  }

  private static void blend(Image image, float factor, float other) {
    if (factor == 1) {
      return;
    }
    float[] pixels = image.pixels();
    float added = (1 - factor) * other;
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = factor * pixels[i] + added;
    }
    image.clamp();
  }

  private static boolean isColored(Image image) {
    return image.channels() == 3;
  }

  private static float grey(float red, float green, float blue) {
    return 0.299f * red + 0.587f * green + 0.114f * blue;
  }

  private static float meanGrey(Image image) {
    float[] pixels = image.pixels();
    double sum = 0;
    if (!isColored(image)) {
      for (float pixel : pixels) {
        sum += pixel;
      }
      return (float) (sum / pixels.length);
    }
    int plane = image.plane();
    for (int i = 0; i < plane; i++) {
      sum += grey(pixels[i], pixels[plane + i], pixels[2 * plane + i]);
    }
    return (float) (sum / plane);
  }

  private static void saturate(Image image, float factor) {
    if (factor == 1 || !isColored(image)) {
      return;
    }
    float[] pixels = image.pixels();
    int plane = image.plane();
    for (int i = 0; i < plane; i++) {
      float red = pixels[i];
      float green = pixels[plane + i];
      float blue = pixels[2 * plane + i];
      float added = (1 - factor) * grey(red, green, blue);
      pixels[i] = factor * red + added;
      pixels[plane + i] = factor * green + added;
      pixels[2 * plane + i] = factor * blue + added;
    }
    image.clamp();
  }

  /** Turns the colour circle, where red is at 0, green at 1/3 and blue at 2/3. */
  private static void turn(Image image, float turns) {
    if (turns == 0 || !isColored(image)) {
      return;
    }
    float[] pixels = image.pixels();
    int plane = image.plane();
    for (int i = 0; i < plane; i++) {
      float red = pixels[i];
      float green = pixels[plane + i];
      float blue = pixels[2 * plane + i];
      float max = Math.max(red, Math.max(green, blue));
      float chroma = max - Math.min(red, Math.min(green, blue));
      if (chroma == 0) {
        continue;
      }
      float sixths;
      if (max == red) {
        sixths = (green - blue) / chroma + 6;
      } else if (max == green) {
        sixths = (blue - red) / chroma + 2;
      } else {
        sixths = (red - green) / chroma + 4;
      }
      float turned = sixths + 6 * turns;
      pixels[i] = component(turned + 5, max, chroma);
      pixels[plane + i] = component(turned + 3, max, chroma);
      pixels[2 * plane + i] = component(turned + 1, max, chroma);
    }
  }

  /** max - chroma max(0, min(k, 4 - k, 1)) with k modulo 6. */
  private static float component(float sixths, float max, float chroma) {
    float k = sixths - 6 * (int) Math.floor(sixths / 6);
    return max - chroma * Math.max(0, Math.min(1, Math.min(k, 4 - k)));
  }
}
