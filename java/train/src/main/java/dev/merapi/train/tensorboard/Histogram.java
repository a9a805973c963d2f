package dev.merapi.train.tensorboard;

import dev.merapi.core.tensor.HostTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How often which values occur, in buckets whose limits grow by a tenth: TensorFlow's {@code
 * histogram.cc}. Values that are not finite are left out.
 */
final class Histogram {
  private static final double SMALLEST = 1e-12;
  private static final double LARGEST = 1e20;
  private static final double GROWTH = 1.1;

  /** A bucket holds what is at least the limit before it and less than its own. */
  private static final double[] LIMITS = limits();

  private final long[] counts = new long[LIMITS.length];
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;
  private double sum;
  private double sumOfSquares;

  private static double[] limits() {
    List<Double> positive = new ArrayList<>();
    for (double limit = SMALLEST; limit < LARGEST; limit *= GROWTH) {
      positive.add(limit);
    }
    positive.add(Double.MAX_VALUE);
    double[] limits = new double[2 * positive.size() + 1];
    for (int i = 0; i < positive.size(); i++) {
      limits[positive.size() + 1 + i] = positive.get(i);
      limits[positive.size() - 1 - i] = -positive.get(i);
    }
    return limits;
  }

  static Histogram of(HostTensor tensor) {
    Histogram histogram = new Histogram();
    for (int i = 0; i < tensor.elements(); i++) {
      histogram.add(tensor.get(i));
    }
    return histogram;
  }

  private void add(double value) {
    if (!Double.isFinite(value)) {
      return;
    }
    int found = Arrays.binarySearch(LIMITS, value);
    int bucket = found >= 0 ? found + 1 : -found - 1;
    counts[Math.min(bucket, counts.length - 1)]++;
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    sumOfSquares += value * value;
  }

  /** A {@code HistogramProto}; of each row of empty buckets only the last is told. */
  Message message() {
    List<Double> limits = new ArrayList<>();
    List<Double> buckets = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      boolean lastOfEmpty = i + 1 == counts.length || counts[i + 1] > 0;
      if (counts[i] > 0 || lastOfEmpty) {
        limits.add(LIMITS[i]);
        buckets.add((double) counts[i]);
      }
    }
    return new Message()
        .number(1, min)
        .number(2, max)
        .number(3, (double) Arrays.stream(counts).sum())
        .number(4, sum)
        .number(5, sumOfSquares)
        .numbers(6, limits)
        .numbers(7, buckets);
  }
}
