package dev.merapi.core.scalar;

/**
 * The Gauss error function to 2e-15.
 *
 * <p>Uses erf(x) = 2/sqrt(pi) exp(-x^2) sum 2^n x^(2n+1) / (2n+1)!! (Abramowitz and Stegun 7.1.6),
 * whose terms are all positive, so nothing cancels; from 6 on, erf is 1 in F64.
 */
final class Erf {
  private Erf() {}

  static double erf(double x) {
    double t = Math.abs(x);
    if (t >= 6) {
      return Math.signum(x);
    }
    double term = t;
    double sum = t;
    for (int n = 1; term > sum * 1e-17; n++) {
      term *= 2 * t * t / (2 * n + 1);
      sum += term;
    }
    return Math.copySign(2 / Math.sqrt(Math.PI) * Math.exp(-t * t) * sum, x);
  }
}
