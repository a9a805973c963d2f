package dev.merapi.backend.cpu;

import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.tensor.Shape;
import java.util.Arrays;

/**
 * Max pooling by windows of 2 x 2 that lie side by side, which is what most networks have: each
 * element belongs to one window, so that the gradient is written and not added up.
 */
final class PoolingTiles {
  private PoolingTiles() {}

  /** Whether windows are such, and leave nothing over. */
  static boolean matches(Window2d window, Shape x) {
    return window.equals(Window2d.square(2, 2, 0)) && x.dim(2) % 2 == 0 && x.dim(3) % 2 == 0;
  }

  static CpuKernel maxPool(Shape x, Engine engine) {
    int width = x.dim(3);
    int plane = x.dim(2) * width;
    float[][] planes = new float[engine.workers().count()][plane];
    float[][] results = new float[engine.workers().count()][plane / 4];
    return new LoopKernel(
        engine.workers(),
        x.dim(0) * x.dim(1),
        (in, out, worker, from, to) -> {
          float[] values = planes[worker];
          float[] result = results[worker];
          for (int p = from; p < to; p++) {
            in[0].load(p * plane, plane, values);
            for (int row = 0; row < plane; row += 2 * width) {
              upperRow(values, row, width);
              pairs(values, row, result, row / 4, width / 2);
            }
            out[0].store(p * result.length, result.length, result);
          }
        });
  }

  /** The larger of two elements one above the other. */
  private static void upperRow(float[] values, int row, int width) {
    for (int i = row; i < row + width; i++) {
      values[i] = Math.max(values[i], values[i + width]);
    }
  }

  private static void pairs(float[] values, int row, float[] result, int start, int count) {
    for (int i = 0; i < count; i++) {
      result[start + i] = Math.max(values[row + 2 * i], values[row + 2 * i + 1]);
    }
  }

  static CpuKernel maxPoolGrad(Shape x, Engine engine) {
    int width = x.dim(3);
    int plane = x.dim(2) * width;
    Gradient[] gradients = new Gradient[engine.workers().count()];
    Arrays.setAll(gradients, i -> new Gradient(plane));
    return new LoopKernel(
        engine.workers(),
        x.dim(0) * x.dim(1),
        (in, out, worker, from, to) -> {
          Gradient gradient = gradients[worker];
          for (int p = from; p < to; p++) {
            in[0].loadBits(p * plane, plane, gradient.values);
            in[1].loadBits(p * plane / 4, plane / 4, gradient.maxima);
            in[2].loadBits(p * plane / 4, plane / 4, gradient.grads);
            for (int row = 0; row < plane; row += 2 * width) {
              gradient.give(row, width);
            }
            out[0].storeBits(p * plane, plane, gradient.values);
          }
        });
  }

  /** One plane in bits: numbers are only compared and passed on, and integers need no branches. */
  private static final class Gradient {
    final int[] values;
    final int[] maxima;
    final int[] grads;

    Gradient(int plane) {
      values = new int[plane];
      maxima = new int[plane / 4];
      grads = new int[plane / 4];
    }

    /** Replaces two rows of elements by their gradients: the first maximum gets the window's. */
    void give(int row, int width) {
      for (int i = 0; i < width / 2; i++) {
        int max = maxima[row / 4 + i];
        int grad = grads[row / 4 + i];
        int at = row + 2 * i;
        int notFirst = differs(values[at], max);
        int notSecond = differs(values[at + 1], max);
        int notThird = differs(values[at + width], max);
        int notFourth = differs(values[at + width + 1], max);
        values[at] = grad & ~notFirst;
        values[at + 1] = grad & notFirst & ~notSecond;
        values[at + width] = grad & notFirst & notSecond & ~notThird;
        values[at + width + 1] = grad & notFirst & notSecond & notThird & ~notFourth;
      }
    }

    private static int differs(int a, int b) {
      int difference = a ^ b;
      return (difference | -difference) >> 31;
    }
  }
}
