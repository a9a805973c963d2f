package dev.merapi.cli.input;

import dev.merapi.cli.job.UsageException;
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
import java.util.List;
import javax.imageio.ImageIO;

/**
 * Image files (PNG, JPEG, and what else Java reads) as [C, H, W]: grey for one channel, red, green
 * and blue for three, scaled to the size that the model wants. Transparency is dropped, and grey is
 * 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601), as Pillow has it.
 */
record ImageReader(TensorType type) implements SampleReader {
  private static final double[] LUMINANCE = {0.299, 0.587, 0.114};

  ImageReader {
    int channels = type.shape().dim(0);
    if (channels != 1 && channels != 3) {
      throw new UsageException(
          "expected a model of images with 1 or 3 channels, found one of %s", type);
    }
  }

  @Override
  public List<Sample> read(String argument, Path directory) {
    Path file = directory.resolve(argument);
    if (!Files.isRegularFile(file)) {
      throw new DataException(file + ": expected an image file, found none");
    }
    BufferedImage image = decode(file);
    int channels = type.shape().dim(0);
    int height = type.shape().dim(1);
    int width = type.shape().dim(2);
    HostTensor tensor = HostTensor.zeros(type);
    double scale = type.dtype() == DType.U8 ? 1 : 1 / 255.0;
    for (int channel = 0; channel < channels; channel++) {
      double[] plane = plane(image, channel, channels);
      double[] scaled = Resize.bilinear(plane, image.getHeight(), image.getWidth(), height, width);
      for (int i = 0; i < scaled.length; i++) {
        tensor.set(channel * scaled.length + i, Math.rint(scaled[i]) * scale);
      }
    }
    return List.of(new Sample(argument, tensor));
  }

  private static BufferedImage decode(Path file) {
    System.setProperty("java.awt.headless", "true");
    ImageIO.setUseCache(false);
    BufferedImage image;
    try {
      image = ImageIO.read(file.toFile());
    } catch (IOException | RuntimeException e) { // its readers throw anything on damaged files
      throw new DataException(file + ": cannot be read as an image (" + e.getMessage() + ")", e);
    }
    if (image == null) {
      throw new DataException(file + ": expected a PNG or JPEG image, found something else");
    }
    return image;
  }

  /** A channel's values, 0 to 255, row by row. */
  private static double[] plane(BufferedImage image, int channel, int channels) {
    Raster raster = image.getRaster();
    // getRGB would change greys: Java takes them for linear light
    boolean grey =
        image.getColorModel() instanceof ComponentColorModel && raster.getNumBands() <= 2;
    double max = (1L << image.getColorModel().getComponentSize(0)) - 1;
    double[] plane = new double[image.getWidth() * image.getHeight()];
    for (int y = 0, i = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++, i++) {
        if (grey) {
          plane[i] = raster.getSample(x, y, 0) * 255 / max;
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
