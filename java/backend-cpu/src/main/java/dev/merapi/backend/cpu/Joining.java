package dev.merapi.backend.cpu;

import dev.merapi.core.op.reduction.ReduceFunction;
import java.util.Arrays;

/**
 * Joins rows element by element. Sums are added up in F32 for some rows, which vectorizes, and then
 * in F64, so that their error does not grow with the number of rows.
 */
final class Joining {
  /** Rows that are added up in F32. */
  private static final int ROWS = 32;

  private final ReduceFunction function;
  private final float[] row;
  private final float[] joined;
  private final double[] sum;
  private int rows;

  /** For rows of at most this many elements. */
  Joining(ReduceFunction function, int width) {
    this.function = function;
    row = new float[width];
    joined = new float[width];
    sum = new double[width];
  }

  static double identity(ReduceFunction function) {
    return switch (function) {
      case SUM -> 0;
      case MAX -> Double.NEGATIVE_INFINITY;
      case MIN -> Double.POSITIVE_INFINITY;
    };
  }

  /** Math.max and Math.min give NaN when one side is NaN. */
  static double join(ReduceFunction function, double a, double b) {
    return switch (function) {
      case SUM -> a + b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
    };
  }

  /** The first elements of an array joined to one. */
  static double all(ReduceFunction function, float[] x, int count) {
    if (function == ReduceFunction.SUM) {
      return sum(x, count);
    }
    double joined = identity(function);
    for (int i = 0; i < count; i++) {
      joined = join(function, joined, x[i]);
    }
    return joined;
  }

  /** Eight sums side by side, so that an addition need not wait for the one before. */
  private static double sum(float[] x, int count) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 7 < count; i += 8) {
      s0 += x[i] + x[i + 4];
      s1 += x[i + 1] + x[i + 5];
      s2 += x[i + 2] + x[i + 6];
      s3 += x[i + 3] + x[i + 7];
    }
    for (; i < count; i++) {
      s0 += x[i];
    }
    return (s0 + s1) + (s2 + s3);
  }

  void start() {
    rows = 0;
    Arrays.fill(joined, (float) identity(function));
    Arrays.fill(sum, 0);
  }

  /** Joins a row of a tensor. */
  void add(CpuBuffer x, int from, int count) {
    x.load(from, count, row);
    switch (function) {
      case SUM -> sum(count);
      case MAX -> max(count);
      case MIN -> min(count);
    }
  }

  private void sum(int count) {
    for (int i = 0; i < count; i++) {
      joined[i] += row[i];
    }
    if (++rows % ROWS == 0) {
      flush(count);
    }
  }

  private void flush(int count) {
    for (int i = 0; i < count; i++) {
      sum[i] += joined[i];
      joined[i] = 0;
    }
  }

  private void max(int count) {
    for (int i = 0; i < count; i++) {
      joined[i] = Math.max(joined[i], row[i]);
    }
  }

  private void min(int count) {
    for (int i = 0; i < count; i++) {
      joined[i] = Math.min(joined[i], row[i]);
    }
  }

  /** Writes what the rows gave. */
  void store(CpuBuffer y, int to, int count) {
    if (function == ReduceFunction.SUM) {
      flush(count);
      for (int i = 0; i < count; i++) {
        joined[i] = (float) sum[i];
      }
    }
    y.store(to, count, joined);
  }
}
