package dev.merapi.bench.measure;

import java.util.Arrays;
import java.util.Collection;

/**
 * What is told of several figures of the same thing.
 *
 * @param median the middle one, or the mean of the two in the middle
 * @param min the smallest
 * @param max the largest
 * @param count how many there were
 */
public record Statistics(double median, double min, double max, int count) {

  /**
   * Of at least one figure.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Statistics of(Collection<Double> values) {
    return of(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /**
   * Of at least one figure.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Statistics of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("expected at least one figure, found none");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    return new Statistics(median, sorted[0], sorted[sorted.length - 1], sorted.length);
  }
}
