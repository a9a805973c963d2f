package dev.merapi.backend.cpu;

/**
 * The functions of gates, with absolute errors below 3e-7, in a form that Java's compiler
 * vectorizes as one loop: unlike those of {@link VectorLoops}, whose relative errors are that
 * small, too, they need no bits of floats. The rational approximation of the hyperbolic tangent is
 * that of Eigen.
 */
final class Squash {
  private Squash() {}

  /** tanh(x); NaN for NaN. */
  static float tanh(float x) {
    float t = Math.max(-7.90531110763549805f, Math.min(7.90531110763549805f, x));
    float z = t * t;
    float p = Math.fma(-2.76076847742355e-16f, z, 2.00018790482477e-13f);
    p = Math.fma(p, z, -8.60467152213735e-11f);
    p = Math.fma(p, z, 5.12229709037114e-08f);
    p = Math.fma(p, z, 1.48572235717979e-05f);
    p = Math.fma(p, z, 6.37261928875436e-04f);
    p = Math.fma(p, z, 4.89352455891786e-03f);
    float q = Math.fma(1.19825839466702e-06f, z, 1.18534705686654e-04f);
    q = Math.fma(q, z, 2.26843463243900e-03f);
    q = Math.fma(q, z, 4.89352518554385e-03f);
    return t * p / q;
  }

  /** 1 / (1 + exp(-x)) = (1 + tanh(x / 2)) / 2; NaN for NaN. */
  static float sigmoid(float x) {
    return Math.fma(0.5f, tanh(0.5f * x), 0.5f);
  }
}
