package dev.merapi.train.search;

import java.util.List;

/** The values of one hyper-parameter, each at a quantile in [0, 1]. */
public sealed interface Distribution permits Range, Categories {
  /** The value at a quantile; of categories the number of one, from 0. */
  double at(double quantile);

  /** How many values there are; {@link Long#MAX_VALUE} for a continuum. */
  long size();

  /**
   * The quantiles of a grid.
   *
   * @param points how many values are taken of a range, with both of its ends; of an integer range
   *     with no more values all are taken
   */
  List<Double> grid(int points);

  /** What a Gaussian process sees of a value: near values have near features. */
  double[] features(double quantile);
}
