package dev.merapi.backend.cpu;

/**
 * Exponential, logarithm and what is made of them: loops over floats for the arithmetic, loops over
 * bits for exponents and choices.
 */
final class Exponentials {
  private static final float LOG2_E = 1.44269504088896341f;
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;

  /** Adding it to a small number rounds that to an integer, which is then in the lowest bits. */
  private static final float ROUNDER = 12582912f; // 1.5 * 2^23

  private static final int ROUNDER_BITS = 0x4B400000;
  private static final int SQRT_HALF_BITS = 0x3F3504F3;
  private static final int SIGN = 0x80000000;

  private final Bits bits;
  private final float[] f;
  private final float[] g;
  private final int[] i;
  private final int[] j;
  private final int[] signs;
  private final int[] near;
  private final float[] positive;
  private final float[] power;

  /** For arrays of at most this many elements. */
  Exponentials(int capacity, Bits bits) {
    this.bits = bits;
    f = new float[capacity];
    g = new float[capacity];
    i = new int[capacity];
    j = new int[capacity];
    signs = new int[capacity];
    near = new int[capacity];
    positive = new float[capacity];
    power = new float[capacity];
  }

  /** y = exp(x), with n = round(x / log(2)): exp(x - n log(2)) 2^n. */
  void exp(float[] x, float[] y, int count) {
    expReduced(x, f, g, count);
    bits.of(f, i, count);
    // In two halves, so that neither power of 2 leaves F32's range.
    powersOfTwo(i, j, count);
    bits.toFloats(i, f, count);
    multiply(g, f, g, count);
    bits.toFloats(j, f, count);
    multiply(g, f, y, count);
  }

  private static void expReduced(float[] x, float[] rounded, float[] y, int count) {
    for (int e = 0; e < count; e++) {
      // Beyond these bounds F32 has only infinity and 0.
      float bounded = Math.max(-104f, Math.min(89f, x[e]));
      float shifted = bounded * LOG2_E + ROUNDER;
      float n = shifted - ROUNDER;
      float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, bounded));
      rounded[e] = shifted;
      y[e] = Polynomials.exp(r);
    }
  }

  private static void powersOfTwo(int[] rounded, int[] second, int count) {
    for (int e = 0; e < count; e++) {
      int n = rounded[e] - ROUNDER_BITS;
      int half = n >> 1;
      rounded[e] = (half + 127) << 23;
      second[e] = (n - half + 127) << 23;
    }
  }

  private static void multiply(float[] a, float[] b, float[] y, int count) {
    for (int e = 0; e < count; e++) {
      y[e] = a[e] * b[e];
    }
  }

  /** y = log(x), with x = (1 + m) 2^n and 1 + m from sqrt(1/2) to sqrt(2). */
  void log(float[] x, float[] y, int count) {
    bits.of(x, i, count);
    splitExponent(i, j, count);
    bits.toFloats(i, f, count);
    bits.toFloats(j, g, count);
    logJoined(f, g, count);
    for (int e = 0; e < count; e++) {
      boolean normal = x[e] >= Float.MIN_NORMAL && x[e] <= Float.MAX_VALUE;
      y[e] = normal ? f[e] : (float) Math.log(x[e]);
    }
  }

  private static void splitExponent(int[] x, int[] exponent, int count) {
    for (int e = 0; e < count; e++) {
      int n = (x[e] - SQRT_HALF_BITS) >> 23;
      x[e] -= n << 23;
      exponent[e] = n + ROUNDER_BITS;
    }
  }

  private static void logJoined(float[] x, float[] exponent, int count) {
    for (int e = 0; e < count; e++) {
      float m = x[e] - 1;
      float n = exponent[e] - ROUNDER;
      float y = Math.fma(n, LN2_LOW, Polynomials.logRest(m));
      x[e] = Math.fma(n, LN2_HIGH, m + y);
    }
  }

  /** y = 1 / (1 + exp(-x)). */
  void sigmoid(float[] x, float[] y, int count) {
    for (int e = 0; e < count; e++) {
      y[e] = -x[e];
    }
    exp(y, y, count);
    for (int e = 0; e < count; e++) {
      y[e] = 1 / (1 + y[e]);
    }
  }

  /** y = tanh(x): a polynomial near 0, sign(x) (1 - 2 / (exp(2 |x|) + 1)) elsewhere. */
  void tanh(float[] x, float[] y, int count) {
    bits.of(x, signs, count);
    for (int e = 0; e < count; e++) {
      g[e] = Math.abs(x[e]) * 2;
    }
    tanhNear(x, y, count);
    bits.of(y, near, count);
    // Of x only the bits are needed from here on, and those are kept.
    exp(g, y, count);
    for (int e = 0; e < count; e++) {
      y[e] = 1 - 2 / (y[e] + 1);
    }
    bits.of(y, i, count);
    chooseTanh(signs, near, i, count);
    bits.toFloats(i, y, count);
  }

  private static void tanhNear(float[] x, float[] y, int count) {
    for (int e = 0; e < count; e++) {
      y[e] = Polynomials.tanh(x[e]);
    }
  }

  private static void chooseTanh(int[] x, int[] near, int[] far, int count) {
    int bound = 0x3F200000; // 0.625
    for (int e = 0; e < count; e++) {
      int isNear = ((x[e] & ~SIGN) - bound) >> 31;
      far[e] = near[e] & isNear | (far[e] | x[e] & SIGN) & ~isNear;
    }
  }

  /** y = log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)). */
  void softplus(float[] x, float[] y, int count) {
    for (int e = 0; e < count; e++) {
      positive[e] = Math.max(x[e], 0f);
      power[e] = -Math.abs(x[e]);
    }
    exp(power, power, count);
    for (int e = 0; e < count; e++) {
      y[e] = 1 + power[e];
    }
    log(y, y, count);
    for (int e = 0; e < count; e++) {
      // What rounding took from 1 + power is given back.
      float sum = 1 + power[e];
      y[e] = positive[e] + (y[e] - ((sum - 1) - power[e]) / sum);
    }
  }
}
