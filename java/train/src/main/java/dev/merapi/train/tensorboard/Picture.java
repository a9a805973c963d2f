package dev.merapi.train.tensorboard;

import dev.merapi.core.tensor.HostTensor;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/**
 * Small images beside each other in a PNG file, grey or in colour, with a black line between them.
 *
 * <p>Source: W3C, "Portable Network Graphics (PNG) specification", without filters.
 */
final class Picture {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  private static final int BITS = 8;
  private static final int GREY = 0;
  private static final int COLOUR = 2;

  private final int channels;
  private final int width;
  private final int height;
  private final byte[] pixels;

  private Picture(int channels, int width, int height) {
    this.channels = channels;
    this.width = width;
    this.height = height;
    this.pixels = new byte[channels * width * height];
  }

  /** Whether tensors of this rank and axes are images: channels, height, width. */
  static boolean isImage(int rank, int channels) {
    return rank == 3 && (channels == 1 || channels == 3);
  }

  /**
   * Lays images out in rows.
   *
   * @param images of one shape {@code [1 or 3, H, W]}; the least and the greatest number of each
   *     become black and white
   */
  static Picture of(List<HostTensor> images) {
    int columns = (int) Math.ceil(Math.sqrt(images.size()));
    int rows = (images.size() + columns - 1) / columns;
    HostTensor first = images.get(0);
    int h = first.shape().dim(1);
    int w = first.shape().dim(2);
    Picture picture = new Picture(first.shape().dim(0), columns * (w + 1) - 1, rows * (h + 1) - 1);
    for (int i = 0; i < images.size(); i++) {
      picture.paint(images.get(i), i % columns * (w + 1), i / columns * (h + 1));
    }
    return picture;
  }

  private void paint(HostTensor image, int left, int top) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < image.elements(); i++) {
      min = Math.min(min, image.get(i));
      max = Math.max(max, image.get(i));
    }
    int h = image.shape().dim(1);
    int w = image.shape().dim(2);
    for (int i = 0; i < image.elements(); i++) {
      int channel = i / (h * w);
      int y = top + i / w % h;
      int x = left + i % w;
      double white = max > min ? (image.get(i) - min) / (max - min) : 0;
      pixels[(y * width + x) * channels + channel] = (byte) Math.round(255 * white);
    }
  }

  /** A {@code Summary.Image}. */
  Message message() {
    return new Message()
        .number(1, (long) height)
        .number(2, (long) width)
        .number(3, (long) channels)
        .bytes(4, png());
  }

  byte[] png() {
    try {
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(file);
      out.write(SIGNATURE);
      ByteArrayOutputStream header = new ByteArrayOutputStream();
      DataOutputStream fields = new DataOutputStream(header);
      fields.writeInt(width);
      fields.writeInt(height);
      fields.write(new byte[] {BITS, (byte) (channels == 1 ? GREY : COLOUR), 0, 0, 0});
      chunk(out, "IHDR", header.toByteArray());
      chunk(out, "IDAT", deflated());
      chunk(out, "IEND", new byte[0]);
      return file.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("memory that cannot be written", e);
    }
  }

  private byte[] deflated() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream lines = new DeflaterOutputStream(bytes)) {
      for (int y = 0; y < height; y++) {
        lines.write(0); // no filter
        lines.write(pixels, y * width * channels, width * channels);
      }
    }
    return bytes.toByteArray();
  }

  private static void chunk(DataOutputStream out, String type, byte[] data) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 sum = new CRC32();
    sum.update(name);
    sum.update(data);
    out.writeInt(data.length);
    out.write(name);
    out.write(data);
    out.writeInt((int) sum.getValue());
  }
}
