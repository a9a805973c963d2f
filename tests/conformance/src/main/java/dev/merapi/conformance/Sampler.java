package dev.merapi.conformance;

import java.util.random.RandomGenerator;

/** Draws the elements of one input of a case. */
@FunctionalInterface
public interface Sampler {
  /** This many elements, in row-major order. */
  double[] sample(int elements, RandomGenerator random);

  /** Standard normal numbers. */
  static Sampler normal() {
    return each(RandomGenerator::nextGaussian);
  }

  /** Numbers between two bounds. */
  static Sampler uniform(double low, double high) {
    return each(random -> random.nextDouble(low, high));
  }

  /**
   * Numbers from -3 to 3, none nearer than 0.05 to a kink, where finite differences would see the
   * slopes of both sides.
   */
  static Sampler awayFrom(double... kinks) {
    return each(
        random -> {
          while (true) {
            double x = random.nextDouble(-3, 3);
            boolean near = false;
            for (double kink : kinks) {
              near |= Math.abs(x - kink) < 0.05;
            }
            if (!near) {
              return x;
            }
          }
        });
  }

  /** Different numbers, 0.1 apart, in random order: no ties for a maximum. */
  static Sampler distinct() {
    return (elements, random) -> {
      double[] values = new double[elements];
      for (int i = 0; i < elements; i++) {
        int j = random.nextInt(i + 1);
        values[i] = values[j];
        values[j] = (i - elements / 2) * 0.1;
      }
      return values;
    };
  }

  /** Whole numbers from {@code low} to {@code high} - 1. */
  static Sampler integers(int low, int high) {
    return each(random -> random.nextInt(low, high));
  }

  /** Each whole number below {@code elements} once, in random order. */
  static Sampler permutation() {
    return (elements, random) -> {
      double[] values = new double[elements];
      for (int i = 0; i < elements; i++) {
        int j = random.nextInt(i + 1);
        values[i] = values[j];
        values[j] = i;
      }
      return values;
    };
  }

  /** 0 and 1 at random. */
  static Sampler truths() {
    return integers(0, 2);
  }

  /** These values, over and over. */
  static Sampler values(double... values) {
    return (elements, random) -> {
      double[] repeated = new double[elements];
      for (int i = 0; i < elements; i++) {
        repeated[i] = values[i % values.length];
      }
      return repeated;
    };
  }

  /**
   * What breaks kernels: signed zeros, infinities, NaN, very large and very small numbers, between
   * ordinary ones. The order is random, so that two hard inputs meet in many pairs.
   */
  static Sampler hard() {
    double[] special = {
      0,
      -0.0,
      1,
      -1,
      0.5,
      -0.5,
      2,
      -2,
      1e-30,
      -1e-30,
      1e30,
      -1e30,
      3e38,
      -3e38,
      88,
      -88,
      1e-3,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      Double.NaN
    };
    return each(
        random ->
            random.nextInt(4) == 0
                ? random.nextGaussian()
                : special[random.nextInt(special.length)]);
  }

  private static Sampler each(java.util.function.ToDoubleFunction<RandomGenerator> draw) {
    return (elements, random) -> {
      double[] values = new double[elements];
      for (int i = 0; i < elements; i++) {
        values[i] = draw.applyAsDouble(random);
      }
      return values;
    };
  }
}
