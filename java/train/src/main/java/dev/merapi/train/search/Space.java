package dev.merapi.train.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The product of some distributions, one per hyper-parameter. A point of it is a list of quantiles.
 *
 * @param distributions at least one
 */
public record Space(List<Distribution> distributions) {
  public Space {
    distributions = List.copyOf(distributions);
    if (distributions.isEmpty()) {
      throw new IllegalArgumentException("expected at least one hyper-parameter, found none");
    }
  }

  /** The space of some distributions. */
  public static Space of(Distribution... distributions) {
    return new Space(List.of(distributions));
  }

  /** How many hyper-parameters there are. */
  public int dimensions() {
    return distributions.size();
  }

  /** The values at a point. */
  public List<Double> values(List<Double> point) {
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < dimensions(); i++) {
      values.add(distributions.get(i).at(point.get(i)));
    }
    return values;
  }

  /** What a Gaussian process sees of a point. */
  double[] features(List<Double> point) {
    double[] all = new double[0];
    for (int i = 0; i < dimensions(); i++) {
      double[] some = distributions.get(i).features(point.get(i));
      int before = all.length;
      all = Arrays.copyOf(all, before + some.length);
      System.arraycopy(some, 0, all, before, some.length);
    }
    return all;
  }

  /** The hyper-parameter that each feature is of. */
  int[] dimensionOfFeature() {
    List<Integer> owners = new ArrayList<>();
    for (int i = 0; i < dimensions(); i++) {
      owners.addAll(Collections.nCopies(distributions.get(i).features(0).length, i));
    }
    return owners.stream().mapToInt(Integer::intValue).toArray();
  }

  /** How many points differ in their values; {@link Long#MAX_VALUE} for more than can be told. */
  public long size() {
    long size = 1;
    for (Distribution distribution : distributions) {
      long factor = distribution.size();
      if (factor > Long.MAX_VALUE / size) {
        return Long.MAX_VALUE;
      }
      size *= factor;
    }
    return size;
  }

  /**
   * The points of a grid; the last hyper-parameter changes fastest.
   *
   * @param points per range
   */
  public List<List<Double>> grid(int points) {
    List<List<Double>> grid = List.of(List.of());
    for (Distribution distribution : distributions) {
      List<Double> quantiles = distribution.grid(points);
      List<List<Double>> longer = new ArrayList<>();
      for (List<Double> point : grid) {
        for (double quantile : quantiles) {
          List<Double> extended = new ArrayList<>(point);
          extended.add(quantile);
          longer.add(List.copyOf(extended));
        }
      }
      grid = longer;
    }
    return grid;
  }
}
