package dev.merapi.train.data.augment;

import dev.merapi.core.tensor.Shape;
import dev.merapi.train.data.RandomStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * An image that is being augmented: planes of rows of grey levels, 0 to 255 at first.
 *
 * <p>It has a second array of the same size, into which a change is written that cannot be made in
 * place, and which {@link #swap} makes the image. Levels beyond 0 and 255 are cut off at the end,
 * when they become bytes again.
 */
public final class Image extends Canvas {
  private static final float MAX = 255;

  private final int channels;
  private final int height;
  private final int width;
  private final float[] sourceX;
  private final float[] sourceY;
  private final byte[] bytes;
  private final Gaussian gaussian;
  private float[] pixels;
  private float[] spare;

  /**
   * A black image.
   *
   * @param shape [C, H, W]
   */
  public Image(Shape shape) {
    channels = shape.dim(0);
    height = shape.dim(1);
    width = shape.dim(2);
    pixels = new float[shape.elements()];
    spare = new float[shape.elements()];
    bytes = new byte[shape.elements()];
    sourceX = new float[height * width];
    sourceY = new float[height * width];
    gaussian = new Gaussian(height, width);
  }

  public int channels() {
    return channels;
  }

  public int height() {
    return height;
  }

  public int width() {
    return width;
  }

  /** Pixels of one channel. */
  public int plane() {
    return height * width;
  }

  /** The grey levels, [C, H, W]. */
  public float[] pixels() {
    return pixels;
  }

  /** Another array of that size; what it holds is unspecified. */
  public float[] spare() {
    return spare;
  }

  /** For each pixel of a plane, the column that {@link #resample} takes it from. */
  public float[] sourceX() {
    return sourceX;
  }

  /** For each pixel of a plane, the row that {@link #resample} takes it from. */
  public float[] sourceY() {
    return sourceY;
  }

  /** Makes the spare array the image. */
  public void swap() {
    float[] before = pixels;
    pixels = spare;
    spare = before;
  }

  /** Cuts off levels below 0 and above 255. */
  public void clamp() {
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = Math.max(0, Math.min(MAX, pixels[i]));
    }
  }

  /** Blurs all channels with a Gaussian of 2 radius + 1 pixels; mirrored at the edges. */
  void blur(int radius, double sigma) {
    for (int start = 0; start < pixels.length; start += plane()) {
      gaussian.smooth(pixels, start, radius, sigma);
    }
  }

  /** Blurs a number for each pixel of a plane in the same way. */
  void smooth(float[] field, int radius, double sigma) {
    gaussian.smooth(field, 0, radius, sigma);
  }

  @Override
  boolean takes(Augmentation augmentation) {
    return augmentation instanceof ImageAugmentation;
  }

  @Override
  void apply(Augmentation augmentation, RandomStream random) {
    ((ImageAugmentation) augmentation).apply(this, random);
  }

  @Override
  void read(ByteBuffer from, int index) {
    from.get(index, bytes);
    for (int i = 0; i < bytes.length; i++) {
      pixels[i] = bytes[i] & 0xFF;
    }
  }

  /** Rounds the levels to bytes. */
  @Override
  void write(ByteBuffer to, int index) {
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (int) (Math.max(0, Math.min(MAX, pixels[i])) + 0.5f);
    }
    to.put(index, bytes);
  }

  /** Moves all pixels by whole columns to the right and rows down. */
  void translate(int columns, int rows, Padding padding) {
    for (int channel = 0; channel < channels; channel++) {
      for (int y = 0; y < height; y++) {
        int row = (channel * height + y) * width;
        int source = padding.place(y - rows, height);
        if (source < 0) {
          Arrays.fill(spare, row, row + width, 0);
        } else {
          translateRow((channel * height + source) * width, row, columns, padding);
        }
      }
    }
    swap();
  }

  private void translateRow(int from, int to, int columns, Padding padding) {
    int first = Math.max(0, Math.min(width, columns));
    int last = Math.max(0, Math.min(width, width + columns));
    if (first < last) {
      System.arraycopy(pixels, from + first - columns, spare, to + first, last - first);
    }
    pad(from, to, 0, first, columns, padding);
    pad(from, to, last, width, columns, padding);
  }

  private void pad(int from, int to, int first, int last, int columns, Padding padding) {
    for (int x = first; x < last; x++) {
      int place = padding.place(x - columns, width);
      spare[to + x] = place < 0 ? 0 : pixels[from + place];
    }
  }

  /**
   * Moves, then turns and scales about the middle: takes each pixel from the place (cos u - sin v,
   * sin u + cos v), where u and v are its column less {@code columns} and its row less {@code
   * rows}, all counted from the middle.
   */
  void resample(double cos, double sin, double columns, double rows, Padding padding) {
    double middleX = (width - 1) / 2.0;
    double middleY = (height - 1) / 2.0;
    for (int y = 0, i = 0; y < height; y++) {
      double v = y - middleY - rows;
      for (int x = 0; x < width; x++, i++) {
        double u = x - middleX - columns;
        sourceX[i] = (float) (cos * u - sin * v + middleX);
        sourceY[i] = (float) (sin * u + cos * v + middleY);
      }
    }
    resample(padding);
  }

  /**
   * Takes each pixel from {@link #sourceX} and {@link #sourceY}, by bilinear interpolation of the
   * four pixels around that place. Whole numbers give the pixels themselves, bit by bit.
   */
  public void resample(Padding padding) {
    int plane = plane();
    for (int i = 0; i < plane; i++) {
      float x = sourceX[i];
      float y = sourceY[i];
      int left = (int) Math.floor(x);
      int top = (int) Math.floor(y);
      float toRight = x - left;
      float down = y - top;
      if (left >= 0 && top >= 0 && left < width - 1 && top < height - 1) {
        int from = top * width + left;
        for (int to = i; to < spare.length; to += plane, from += plane) {
          float above = pixels[from] + toRight * (pixels[from + 1] - pixels[from]);
          float lower = pixels[from + width];
          float below = lower + toRight * (pixels[from + width + 1] - lower);
          spare[to] = above + down * (below - above);
        }
      } else {
        resampleEdge(i, padding);
      }
    }
    swap();
  }

  private void resampleEdge(int i, Padding padding) {
    int left = (int) Math.floor(sourceX[i]);
    int top = (int) Math.floor(sourceY[i]);
    float toRight = sourceX[i] - left;
    float down = sourceY[i] - top;
    int west = padding.place(left, width);
    int east = padding.place(left + 1, width);
    int north = padding.place(top, height);
    int south = padding.place(top + 1, height);
    for (int channel = 0; channel < channels; channel++) {
      int base = channel * plane();
      float above = between(base, north, west, east, toRight);
      float below = between(base, south, west, east, toRight);
      spare[base + i] = above + down * (below - above);
    }
  }

  private float between(int base, int row, int west, int east, float toRight) {
    if (row < 0) {
      return 0;
    }
    float from = west < 0 ? 0 : pixels[base + row * width + west];
    float to = east < 0 ? 0 : pixels[base + row * width + east];
    return from + toRight * (to - from);
  }
}
