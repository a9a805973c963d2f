package dev.merapi.backend.cpu;

/**
 * Scalar functions in F32, with relative errors below 1e-6 and the right results for infinities and
 * NaN. Exponential, logarithm and hyperbolic tangent are those of Moshier's Cephes library (expf,
 * logf, tanhf), the error function is the rational one of Eigen and XLA.
 */
final class Approximations {
  private static final float LOG2_E = 1.44269504088896341f;
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;

  /** Adding and subtracting it rounds to an integer: 1.5 * 2^23. */
  private static final float ROUNDER = 12582912f;

  private Approximations() {}

  static float exp(float x) {
    // Beyond these bounds F32 has only infinity and 0.
    float bounded = Math.max(-104f, Math.min(89f, x));
    float n = (bounded * LOG2_E + ROUNDER) - ROUNDER;
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, bounded));
    float p = Math.fma(1.9875691500e-4f, r, 1.3981999507e-3f);
    p = Math.fma(p, r, 8.3334519073e-3f);
    p = Math.fma(p, r, 4.1665795894e-2f);
    p = Math.fma(p, r, 1.6666665459e-1f);
    p = Math.fma(p, r, 5.0000001201e-1f);
    p = Math.fma(p, r * r, r) + 1;
    // In two halves, so that neither power of 2 leaves F32's range.
    int exponent = (int) n;
    int half = exponent >> 1;
    return p * powerOfTwo(half) * powerOfTwo(exponent - half);
  }

  private static float powerOfTwo(int exponent) {
    return Float.intBitsToFloat((exponent + 127) << 23);
  }

  static float log(float x) {
    if (!(x >= Float.MIN_NORMAL && x <= Float.MAX_VALUE)) {
      return (float) Math.log(x);
    }
    // x = m 2^e with m from sqrt(1/2) to sqrt(2).
    int bits = Float.floatToRawIntBits(x);
    int above = (bits - 0x3F3504F3) >> 23;
    float e = above;
    float m = Float.intBitsToFloat(bits - (above << 23)) - 1;
    float z = m * m;
    float p = Math.fma(7.0376836292e-2f, m, -1.1514610310e-1f);
    p = Math.fma(p, m, 1.1676998740e-1f);
    p = Math.fma(p, m, -1.2420140846e-1f);
    p = Math.fma(p, m, 1.4249322787e-1f);
    p = Math.fma(p, m, -1.6668057665e-1f);
    p = Math.fma(p, m, 2.0000714765e-1f);
    p = Math.fma(p, m, -2.4999993993e-1f);
    p = Math.fma(p, m, 3.3333331174e-1f);
    float y = p * m * z;
    y = Math.fma(e, LN2_LOW, y);
    y = Math.fma(-0.5f, z, y);
    return Math.fma(e, LN2_HIGH, m + y);
  }

  static float tanh(float x) {
    float t = Math.abs(x);
    if (t < 0.625f) {
      float z = x * x;
      float p = Math.fma(-5.70498872745e-3f, z, 2.06390887954e-2f);
      p = Math.fma(p, z, -5.37397155531e-2f);
      p = Math.fma(p, z, 1.33314422036e-1f);
      p = Math.fma(p, z, -3.33332819422e-1f);
      return Math.fma(p * z, x, x);
    }
    return Math.copySign(1 - 2 / (exp(2 * t) + 1), x);
  }

  static float sigmoid(float x) {
    float e = exp(-Math.abs(x));
    float share = 1 / (1 + e);
    return x >= 0 ? share : e * share;
  }

  /** log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)). */
  static float softplus(float x) {
    float e = exp(-Math.abs(x));
    float u = 1 + e;
    // What rounding took from u is given back.
    float log = u == 1 ? e : log(u) * (e / (u - 1));
    return Math.max(x, 0) + log;
  }

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

  /** 1 where a < b, else 0; without a branch that random numbers would mislead. */
  static float less(float a, float b) {
    float difference = a - b + 0f;
    if (difference != difference) {
      return a < b ? 1 : 0;
    }
    return Float.floatToRawIntBits(difference) >>> 31;
  }

  /** 1 where a = b, else 0. */
  static float equal(float a, float b) {
    float difference = a - b;
    if (difference != difference) {
      return a == b ? 1 : 0;
    }
    return 1 + nonzero(difference);
  }

  /** All bits where x is not 0 (or is NaN), else none. */
  static int nonzero(float x) {
    int bits = Float.floatToRawIntBits(x) << 1;
    return (bits | -bits) >> 31;
  }
}
