package dev.merapi.train.data.image;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.data.DataException;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/**
 * An image file (PNG, JPEG, BMP, GIF, and what else Java reads) as [C, H, W]: grey for one channel,
 * red, green and blue for three, scaled to the size that is wanted. Transparency is dropped, of an
 * animation the first picture counts, and grey is 0.299 red + 0.587 green + 0.114 blue (ITU-R
 * BT.601), as Pillow has it.
 */
public record ImageFile(Path path) {
  private static final double[] LUMINANCE = {0.299, 0.587, 0.114};
  private static final int MAX = 255;

  /** A part of an image: its first column and row, and how many there are. */
  private record Window(int left, int top, int width, int height) {
    /** The largest one in the middle with the proportions of a size. */
    static Window of(BufferedImage image, int height, int width) {
      long wide = (long) image.getWidth() * height;
      long high = (long) image.getHeight() * width;
      int columns = wide > high ? Math.max(1, Math.round((float) high / height)) : image.getWidth();
      int rows = high > wide ? Math.max(1, Math.round((float) wide / width)) : image.getHeight();
      int left = (image.getWidth() - columns) / 2;
      return new Window(left, (image.getHeight() - rows) / 2, columns, rows);
    }

    static Window all(BufferedImage image) {
      return new Window(0, 0, image.getWidth(), image.getHeight());
    }
  }

  /**
   * Reads it.
   *
   * @param type [C, H, W] with one or three channels; U8, or floating point from 0 to 1
   * @throws DataException when there is no such file, or it is damaged or no image
   */
  public HostTensor read(TensorType type, Fit fit) {
    BufferedImage image = decode();
    int channels = type.shape().dim(0);
    int height = type.shape().dim(1);
    int width = type.shape().dim(2);
    Window window = fit == Fit.CROP ? Window.of(image, height, width) : Window.all(image);
    HostTensor tensor = HostTensor.zeros(type);
    double scale = type.dtype() == DType.U8 ? 1 : 1.0 / MAX;
    for (int channel = 0; channel < channels; channel++) {
      double[] plane = plane(image, window, channel, channels);
      double[] scaled = Resize.bilinear(plane, window.height, window.width, height, width);
      for (int i = 0; i < scaled.length; i++) {
        tensor.set(channel * scaled.length + i, Math.rint(scaled[i]) * scale);
      }
    }
    return tensor;
  }

  private BufferedImage decode() {
    if (!Files.isRegularFile(path)) {
      throw new DataException(path + ": expected an image file, found none");
    }
    System.setProperty("java.awt.headless", "true");
    ImageIO.setUseCache(false);
    BufferedImage image;
    try {
      image = ImageIO.read(path.toFile());
    } catch (IOException | RuntimeException e) { // its readers throw anything on damaged files
      throw new DataException(path + ": cannot be read as an image (" + e.getMessage() + ")", e);
    }
    if (image == null) {
      throw new DataException(path + ": expected a PNG or JPEG image, found something else");
    }
    return image;
  }

  /** A channel's values in a window, 0 to 255, row by row. */
  private static double[] plane(BufferedImage image, Window window, int channel, int channels) {
    Raster raster = image.getRaster();
    // getRGB would change greys: Java takes them for linear light
    boolean grey =
        image.getColorModel() instanceof ComponentColorModel && raster.getNumBands() <= 2;
    double max = (1L << image.getColorModel().getComponentSize(0)) - 1;
    double[] plane = new double[window.width * window.height];
    for (int row = 0, i = 0; row < window.height; row++) {
      for (int column = 0; column < window.width; column++, i++) {
        int x = window.left + column;
        int y = window.top + row;
        if (grey) {
          plane[i] = raster.getSample(x, y, 0) * MAX / max;
        } else {
          int rgb = image.getRGB(x, y);
          plane[i] = channels == 1 ? luminance(rgb) : component(rgb, channel);
        }
      }
    }
    return plane;
  }

  private static double luminance(int rgb) {
    double sum = 0;
    for (int i = 0; i < LUMINANCE.length; i++) {
      sum += LUMINANCE[i] * component(rgb, i);
    }
    return sum;
  }

  private static int component(int rgb, int channel) {
    return rgb >> 16 - 8 * channel & 0xFF;
  }
}
