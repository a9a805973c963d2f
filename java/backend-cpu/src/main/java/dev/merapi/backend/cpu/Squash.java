package dev.merapi.backend.cpu;

/**
 * The functions of gates, with absolute errors below 3e-7, in a form that Java's compiler
 * vectorizes as one loop: unlike those of {@link VectorLoops}, whose relative errors are that
 * small, too, they need no bits of floats. The rational approximation of the hyperbolic tangent is
 * that of Eigen.
 */
final class Squash {
  /** From here on the approximation is 1. */
  private static final float BOUND = 7.90531110763549805f;

  private Squash() {}

  /** tanh(x); NaN for NaN. */
  static float tanh(float x) {
    return Polynomials.boundedTanh(Math.max(-BOUND, Math.min(BOUND, x)));
  }

  /** 1 / (1 + exp(-x)) = (1 + tanh(x / 2)) / 2; NaN for NaN. */
  static float sigmoid(float x) {
    return Math.fma(0.5f, tanh(0.5f * x), 0.5f);
  }
}
