package dev.merapi.train.search;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Numbers between two bounds, both included: at quantile q the value t^-1(t(low) + q (t(high) -
 * t(low))), where t is the identity or the natural logarithm.
 *
 * <p>Of an integer range the value is rounded, and the bounds are moved out by a half before, so
 * that all integers are drawn equally often. Other values are rounded to six significant digits,
 * which are enough to read and to type. Source: Akiba et al., "Optuna", KDD 2019.
 *
 * @param low the smallest value
 * @param high the largest value
 * @param log whether equal ratios are equally likely, instead of equal differences
 * @param integer whether values are whole
 */
public record Range(double low, double high, boolean log, boolean integer) implements Distribution {
  private static final MathContext DIGITS = new MathContext(6);

  public Range {
    if (!(low < high) || Double.isInfinite(low) || Double.isInfinite(high)) {
      throw new IllegalArgumentException(
          "expected two finite bounds, the lower one first, found " + low + " and " + high);
    }
    if (log && low < (integer ? 1 : Double.MIN_NORMAL)) {
      throw new IllegalArgumentException(
          "expected a lower bound "
              + (integer ? "from 1 on" : "above 0")
              + " for a logarithmic range, found "
              + low);
    }
    if (integer && (low != Math.rint(low) || high != Math.rint(high))) {
      throw new IllegalArgumentException("expected integers, found " + low + " and " + high);
    }
  }

  /** Equal differences are equally likely. */
  public static Range uniform(double low, double high) {
    return new Range(low, high, false, false);
  }

  /** Equal ratios are equally likely. */
  public static Range logUniform(double low, double high) {
    return new Range(low, high, true, false);
  }

  /** Integers. */
  public static Range integers(int low, int high) {
    return new Range(low, high, false, true);
  }

  private double transformed(double value) {
    return log ? Math.log(value) : value;
  }

  private double start() {
    return transformed(integer ? low - 0.5 : low);
  }

  private double end() {
    return transformed(integer ? high + 0.5 : high);
  }

  @Override
  public double at(double quantile) {
    double t = start() + quantile * (end() - start());
    double value = log ? Math.exp(t) : t;
    double rounded =
        integer ? Math.rint(value) : BigDecimal.valueOf(value).round(DIGITS).doubleValue();
    return Math.min(high, Math.max(low, rounded));
  }

  private double quantile(double value) {
    return (transformed(value) - start()) / (end() - start());
  }

  @Override
  public long size() {
    return integer ? (long) (high - low) + 1 : Long.MAX_VALUE;
  }

  @Override
  public List<Double> grid(int points) {
    if (size() <= points) {
      return IntStream.range(0, (int) size()).mapToObj(i -> quantile(low + i)).toList();
    }
    double first = quantile(low);
    double last = quantile(high);
    return IntStream.range(0, points)
        .mapToDouble(i -> points == 1 ? 0.5 : first + i * (last - first) / (points - 1))
        .map(q -> integer ? quantile(at(q)) : q)
        .distinct()
        .boxed()
        .toList();
  }

  /** The quantile of the value as it was rounded. */
  @Override
  public double[] features(double quantile) {
    return new double[] {quantile(at(quantile))};
  }
}
