package dev.merapi.train.search;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Values without an order, all equally likely: their numbers from 0 on.
 *
 * @param count how many there are
 */
public record Categories(int count) implements Distribution {
  /** Features of different categories are this far from 0, and so at distance 1. */
  private static final double HOT = Math.sqrt(0.5);

  public Categories {
    if (count < 1) {
      throw new IllegalArgumentException("expected at least one value, found none");
    }
  }

  @Override
  public double at(double quantile) {
    return Math.min(count - 1, Math.floor(quantile * count));
  }

  @Override
  public long size() {
    return count;
  }

  /** All categories, however many points are wanted. */
  @Override
  public List<Double> grid(int points) {
    return IntStream.range(0, count).mapToObj(i -> (i + 0.5) / count).toList();
  }

  /** One-hot: no two categories are nearer to each other than others. */
  @Override
  public double[] features(double quantile) {
    double[] features = new double[count];
    features[(int) at(quantile)] = HOT;
    return features;
  }
}
