package dev.merapi.explain.picture;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import java.awt.image.BufferedImage;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;

/** Small images of numbers, a pixel for each. */
final class Tile {
  /** The colour of a number from 0 to 1. */
  @FunctionalInterface
  interface ColorMap {
    int rgb(double share);
  }

  private Tile() {}

  /** An image of numbers [H * W] that are colours' shares after scaling. */
  static BufferedImage of(
      int height, int width, IntToDoubleFunction number, DoubleUnaryOperator scale, ColorMap map) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < height * width; i++) {
      image.setRGB(i % width, i / width, map.rgb(scale.applyAsDouble(number.applyAsDouble(i))));
    }
    return image;
  }

  /** Whether samples of this shape can be shown: one channel or three. */
  static boolean isImage(Shape sample) {
    return sample.rank() == 3 && (sample.dim(0) == 1 || sample.dim(0) == 3);
  }

  /**
   * A picture [C, H, W] among others, grey or red, green and blue. Bytes are shown as they are,
   * other numbers from the smallest to the largest one.
   *
   * @param tensor [N, C, H, W]
   */
  static BufferedImage image(HostTensor tensor, int number) {
    Shape shape = tensor.shape();
    int pixels = shape.dim(2) * shape.dim(3);
    int channels = shape.dim(1);
    int first = number * channels * pixels;
    double low = tensor.dtype() == DType.U8 ? 0 : Double.POSITIVE_INFINITY;
    double high = tensor.dtype() == DType.U8 ? 255 : Double.NEGATIVE_INFINITY;
    for (int i = first; i < first + channels * pixels; i++) {
      low = Math.min(low, tensor.get(i));
      high = Math.max(high, tensor.get(i));
    }
    return image(tensor, first, shape.slice(1, 4), low, high);
  }

  /** The elements from one on, as [C, H, W], from black at low to full colours at high. */
  static BufferedImage image(HostTensor tensor, int first, Shape shape, double low, double high) {
    int pixels = shape.dim(1) * shape.dim(2);
    BufferedImage image = new BufferedImage(shape.dim(2), shape.dim(1), BufferedImage.TYPE_INT_RGB);
    double range = high > low ? high - low : 1;
    for (int i = 0; i < pixels; i++) {
      int rgb = 0;
      for (int c = 0; c < 3; c++) {
        int at = first + (shape.dim(0) == 3 ? c * pixels : 0) + i;
        rgb = rgb << 8 | (int) Math.round(255 * (tensor.get(at) - low) / range);
      }
      image.setRGB(i % image.getWidth(), i / image.getWidth(), rgb);
    }
    return image;
  }
}
