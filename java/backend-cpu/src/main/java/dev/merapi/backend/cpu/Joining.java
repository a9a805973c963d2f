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
  private int used;

  /** Whether there is anything in F64; a few rows stay in F32. */
  private boolean summed;

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
    return switch (function) {
      case SUM -> sum(x, count);
      case MAX -> max(x, count);
      case MIN -> min(x, count);
    };
  }

  static float max(float[] x, int count) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      max = Math.max(max, x[i]);
    }
    return max;
  }

  private static float min(float[] x, int count) {
    float min = Float.POSITIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      min = Math.min(min, x[i]);
    }
    return min;
  }

  /** Eight sums side by side, so that an addition need not wait for the one before. */
  static double sum(float[] x, int count) {
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
    used = 0;
    if (summed) {
      Arrays.fill(sum, 0);
      summed = false;
    }
    Arrays.fill(joined, (float) identity(function));
  }

  /** Joins a longer row, as one row after the other. */
  void addAll(CpuBuffer x, int from, int count) {
    for (int done = 0; done < count; done += row.length) {
      add(x, from + done, Math.min(row.length, count - done));
    }
  }

  /** Joins results that are {@code period} apart; gives the first ones. */
  void fold(int period, double[] results, int at) {
    flushSums();
    Arrays.fill(results, at, at + period, identity(function));
    for (int i = 0; i < used; i += period) {
      for (int k = 0; k < period; k++) {
        double value = function == ReduceFunction.SUM ? sum[i + k] : joined[i + k];
        results[at + k] = join(function, results[at + k], value);
      }
    }
  }

  /** Joins a row of a tensor. */
  void add(CpuBuffer x, int from, int count) {
    x.load(from, count, row);
    used = Math.max(used, count);
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
    if (++rows == ROWS) {
      flushSums();
    }
  }

  private void flushSums() {
    if (function == ReduceFunction.SUM && rows > 0) {
      rows = 0;
      summed = true;
      for (int i = 0; i < used; i++) {
        sum[i] += joined[i];
      }
      Arrays.fill(joined, 0, used, 0);
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
    if (function == ReduceFunction.SUM && summed) {
      flushSums();
      for (int i = 0; i < count; i++) {
        joined[i] = (float) sum[i];
      }
    }
    y.store(to, count, joined);
  }
}
