package dev.merapi.train.data.augment;

import java.util.Arrays;

/** Smooths planes of one size with Gaussians; planes are mirrored at their edges. */
final class Gaussian {
  private final int height;
  private final int width;
  private final float[] narrow;

  // grow when a wider kernel comes for the first time
  private float[] kernel = {};
  private float[] line = {};
  private int radius = -1;
  private double sigma;

  Gaussian(int height, int width) {
    this.height = height;
    this.width = width;
    this.narrow = new float[height * width];
  }

  /**
   * Smooths the plane that begins at an index, in place.
   *
   * @param wantedRadius the kernel has 2 radius + 1 weights, which sum to 1
   * @param wantedSigma in pixels
   */
  void smooth(float[] values, int start, int wantedRadius, double wantedSigma) {
    prepare(wantedRadius, wantedSigma);
    Arrays.fill(narrow, 0);
    for (int y = 0; y < height; y++) {
      for (int x = -radius; x < width + radius; x++) {
        line[x + radius] = values[start + y * width + Padding.REFLECT.place(x, width)];
      }
      for (int k = 0; k <= 2 * radius; k++) {
        add(kernel[k], line, k, narrow, y * width);
      }
    }
    Arrays.fill(values, start, start + height * width, 0);
    for (int y = 0; y < height; y++) {
      for (int k = -radius; k <= radius; k++) {
        int row = Padding.REFLECT.place(y + k, height) * width;
        add(kernel[k + radius], narrow, row, values, start + y * width);
      }
    }
  }

  private void add(float weight, float[] from, int first, float[] to, int start) {
    for (int x = 0; x < width; x++) {
      to[start + x] += weight * from[first + x];
    }
  }

  private void prepare(int wantedRadius, double wantedSigma) {
    if (wantedRadius == radius && wantedSigma == sigma) {
      return;
    }
    radius = wantedRadius;
    sigma = wantedSigma;
    if (kernel.length < 2 * radius + 1) {
      kernel = new float[2 * radius + 1];
      line = new float[width + 2 * radius];
    }
    double sum = 0;
    for (int i = -radius; i <= radius; i++) {
      sum += weight(i);
    }
    for (int i = -radius; i <= radius; i++) {
      kernel[i + radius] = (float) (weight(i) / sum);
    }
  }

  private double weight(int i) {
    return StrictMath.exp(-0.5 * i * i / (sigma * sigma));
  }
}
