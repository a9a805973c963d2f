package dev.merapi.backend.cpu;

/**
 * Approximations in F32 with relative errors below 1e-6, made of additions and multiplications.
 * Exponential, logarithm and hyperbolic tangent are those of Moshier's Cephes library (expf, logf,
 * tanhf), the error function is the rational one of Eigen and XLA.
 */
final class Polynomials {
  private Polynomials() {}

  /** exp(r) for r from -log(2) / 2 to log(2) / 2. */
  static float exp(float r) {
    float p = Math.fma(1.9875691500e-4f, r, 1.3981999507e-3f);
    p = Math.fma(p, r, 8.3334519073e-3f);
    p = Math.fma(p, r, 4.1665795894e-2f);
    p = Math.fma(p, r, 1.6666665459e-1f);
    p = Math.fma(p, r, 5.0000001201e-1f);
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

  /** tanh(x) for x from -0.625 to 0.625. */
  static float tanh(float x) {
    float z = x * x;
    float p = Math.fma(-5.70498872745e-3f, z, 2.06390887954e-2f);
    p = Math.fma(p, z, -5.37397155531e-2f);
    p = Math.fma(p, z, 1.33314422036e-1f);
    p = Math.fma(p, z, -3.33332819422e-1f);
    return Math.fma(p * z, x, x);
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
