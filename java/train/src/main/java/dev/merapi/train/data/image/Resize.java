package dev.merapi.train.data.image;

/**
 * Scales pictures: each new pixel is the mean of the old ones around its place, weighted by a
 * triangle as wide as two new or two old pixels, whichever are larger; so no detail turns into
 * noise. What Pillow and torchvision call bilinear with antialiasing.
 */
final class Resize {
  private Resize() {}

  /** A plane of so many rows and columns, in row-major order, as one of others. */
  static double[] bilinear(double[] plane, int height, int width, int newHeight, int newWidth) {
    double[] narrow = new double[height * newWidth];
    for (int y = 0; y < height; y++) {
      line(plane, y * width, 1, width, narrow, y * newWidth, 1, newWidth);
    }
    double[] scaled = new double[newHeight * newWidth];
    for (int x = 0; x < newWidth; x++) {
      line(narrow, x, newWidth, height, scaled, x, newWidth, newHeight);
    }
    return scaled;
  }

  private static void line(
      double[] from, int start, int stride, int count, double[] to, int at, int step, int size) {
    double scale = (double) count / size;
    double support = Math.max(1, scale);
    for (int i = 0; i < size; i++) {
      double center = (i + 0.5) * scale;
      int first = Math.max(0, (int) Math.floor(center - support));
      int last = Math.min(count, (int) Math.ceil(center + support));
      double sum = 0;
      double weights = 0;
      for (int j = first; j < last; j++) {
        double weight = Math.max(0, 1 - Math.abs(j + 0.5 - center) / support);
        sum += weight * from[start + j * stride];
        weights += weight;
      }
      to[at + i * step] = sum / weights;
    }
  }
}
