package dev.merapi.backend.cpu;

/**
 * Approximations in F32 with relative errors below 1e-6, made of additions and multiplications. The
 * logarithm is that of Moshier's Cephes library (logf); hyperbolic tangent and error function are
 * the rational ones of Eigen and XLA.
 */
final class Polynomials {
  private static final float TANH_BOUND = 9.05f;
  private static final float EXP3 = 1f / 6;
  private static final float EXP4 = 1f / 24;
  private static final float EXP5 = 1f / 120;
  private static final float EXP6 = 1f / 720;
  private static final float EXP7 = 1f / 5040;
  private static final float EXP8 = 1f / 40320;

  private Polynomials() {}

  /** exp(r) for r from -log(2) to log(2): Taylor's series, whose rest is below 1e-7. */
  static float exp(float r) {
    float p = Math.fma(EXP8, r, EXP7);
    p = Math.fma(p, r, EXP6);
    p = Math.fma(p, r, EXP5);
    p = Math.fma(p, r, EXP4);
    p = Math.fma(p, r, EXP3);
    p = Math.fma(p, r, 0.5f);
    return Math.fma(p, r * r, r) + 1;
  }

  /** log(1 + m) - m for 1 + m from sqrt(1/2) to sqrt(2). */
  static float logRest(float m) {
    float p = Math.fma(7.0376836292e-2f, m, -1.1514610310e-1f);
    p = Math.fma(p, m, 1.1676998740e-1f);
    p = Math.fma(p, m, -1.2420140846e-1f);
    p = Math.fma(p, m, 1.4249322787e-1f);
    p = Math.fma(p, m, -1.6668057665e-1f);
    p = Math.fma(p, m, 2.0000714765e-1f);
    p = Math.fma(p, m, -2.4999993993e-1f);
    p = Math.fma(p, m, 3.3333331174e-1f);
    float z = m * m;
    return Math.fma(-0.5f, z, p * m * z);
  }

  /** The hyperbolic tangent of any x; at the bound and beyond it is 1. */
  static float tanh(float x) {
    float t = Math.max(-TANH_BOUND, Math.min(TANH_BOUND, x));
    return Math.max(-1f, Math.min(1f, boundedTanh(t)));
  }

  /** The hyperbolic tangent of t from -9.05 to 9.05, some roundings above 1 at the ends. */
  static float boundedTanh(float t) {
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

  /** The Gauss error function of any x. */
  static float erf(float x) {
    float t = Math.max(-4f, Math.min(4f, x));
    float z = t * t;
    float p = Math.fma(-2.72614225801306e-10f, z, 2.77068142495902e-08f);
    p = Math.fma(p, z, -2.10102402082508e-06f);
    p = Math.fma(p, z, -5.69250639462346e-05f);
    p = Math.fma(p, z, -7.34990630326855e-04f);
    p = Math.fma(p, z, -2.95459980854025e-03f);
    p = Math.fma(p, z, -1.60960333262415e-02f);
    float q = Math.fma(-1.45660718464996e-05f, z, -2.13374055278905e-04f);
    q = Math.fma(q, z, -1.68282697438203e-03f);
    q = Math.fma(q, z, -7.37332916720468e-03f);
    q = Math.fma(q, z, -1.42647390514189e-02f);
    return Math.max(-1f, Math.min(1f, t * p / q));
  }
}
