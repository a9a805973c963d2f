package dev.merapi.train.search;

import dev.merapi.core.scalar.UnaryFunction;

/** The standard normal distribution. */
final class Normal {
  private Normal() {}

  /** Phi(z) = (1 + erf(z / sqrt(2))) / 2. */
  static double cumulative(double z) {
    return 0.5 * (1 + UnaryFunction.ERF.apply(z / Math.sqrt(2)));
  }
}
