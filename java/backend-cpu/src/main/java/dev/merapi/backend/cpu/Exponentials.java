package dev.merapi.backend.cpu;

/**
 * Exponential, logarithm and what is made of them: loops over floats for the arithmetic, loops over
 * bits for exponents and choices.
 */
final class Exponentials {
  private static final float HALF_LOG2_E = 0.72134752044448170f;
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;

  /** Adding it to a small number rounds that to an integer, which is then in the lowest bits. */
  private static final float ROUNDER = 12582912f; // 1.5 * 2^23

  private static final int ROUNDER_BITS = 0x4B400000;
  private static final int SQRT_HALF_BITS = 0x3F3504F3;
  private static final int MIN_NORMAL_BITS = 0x00800000;
  private static final int INFINITY_BITS = 0x7F800000;

  private final Bits bits;
  private final float[] f;
  private final float[] g;
  private final int[] i;
  private final int[] j;
  private final float[] special;
  private final float[] positive;
  private final float[] power;

  /** For arrays of at most this many elements. */
  Exponentials(int capacity, Bits bits) {
    this.bits = bits;
    f = new float[capacity];
    g = new float[capacity];
    i = new int[capacity];
    j = new int[capacity];
    special = new float[capacity];
    positive = new float[capacity];
    power = new float[capacity];
  }

  /** y = exp(x), with n = round(x / (2 log(2))): exp(x - 2 n log(2)) 2^n 2^n. */
  void exp(float[] x, float[] y, int count) {
    reduce(x, f, g, count);
    powersOfTwo(count);
    expJoined(f, g, y, count);
  }

  /** To r = x - 2 n log(2) and n. */
  private static void reduce(float[] x, float[] r, float[] rounded, int count) {
    for (int e = 0; e < count; e++) {
      // Beyond these bounds F32 has only infinity and 0.
      float bounded = Math.max(-104f, Math.min(89f, x[e]));
      float shifted = bounded * HALF_LOG2_E + ROUNDER;
      float n = shifted - ROUNDER;
      r[e] = Math.fma(n, -2 * LN2_LOW, Math.fma(n, -2 * LN2_HIGH, bounded));
      rounded[e] = shifted;
    }
  }

  /** Makes 2^n of n. As its square is to be multiplied with, it stays within F32's range. */
  private void powersOfTwo(int count) {
    bits.of(g, i, count);
    shiftToExponent(i, count);
    bits.toFloats(i, g, count);
  }

  private static void shiftToExponent(int[] rounded, int count) {
    for (int e = 0; e < count; e++) {
      rounded[e] = (rounded[e] - (ROUNDER_BITS - 127)) << 23;
    }
  }

  private static void expJoined(float[] r, float[] power, float[] y, int count) {
    for (int e = 0; e < count; e++) {
      y[e] = Polynomials.exp(r[e]) * power[e] * power[e];
    }
  }

  /** y = log(x), with x = (1 + m) 2^n and 1 + m from sqrt(1/2) to sqrt(2). */
  void log(float[] x, float[] y, int count) {
    bits.of(x, i, count);
    boolean normal = areNormal(i, count);
    if (!normal) {
      System.arraycopy(x, 0, special, 0, count); // y may be x
    }
    splitExponent(i, j, count);
    bits.toFloats(i, f, count);
    bits.toFloats(j, g, count);
    logJoined(f, g, y, count);
    if (!normal) {
      for (int e = 0; e < count; e++) {
        if (!(special[e] >= Float.MIN_NORMAL && special[e] <= Float.MAX_VALUE)) {
          y[e] = (float) Math.log(special[e]);
        }
      }
    }
  }

  /** Whether none is negative, 0, too small for a whole mantissa, infinite or NaN. */
  private static boolean areNormal(int[] x, int count) {
    int signs = 0;
    for (int e = 0; e < count; e++) {
      signs |= (x[e] - MIN_NORMAL_BITS) | (INFINITY_BITS - 1 - x[e]) | x[e];
    }
    return signs >= 0;
  }

  private static void splitExponent(int[] x, int[] exponent, int count) {
    for (int e = 0; e < count; e++) {
      int n = (x[e] - SQRT_HALF_BITS) >> 23;
      x[e] -= n << 23;
      exponent[e] = n + ROUNDER_BITS;
    }
  }

  private static void logJoined(float[] x, float[] exponent, float[] y, int count) {
    for (int e = 0; e < count; e++) {
      float m = x[e] - 1;
      float n = exponent[e] - ROUNDER;
      y[e] = Math.fma(n, LN2_HIGH, m + Math.fma(n, LN2_LOW, Polynomials.logRest(m)));
    }
  }

  /** y = 1 / (1 + exp(-x)). */
  void sigmoid(float[] x, float[] y, int count) {
    for (int e = 0; e < count; e++) {
      y[e] = -x[e];
    }
    reduce(y, f, g, count);
    powersOfTwo(count);
    sigmoidJoined(f, g, y, count);
  }

  private static void sigmoidJoined(float[] r, float[] power, float[] y, int count) {
    for (int e = 0; e < count; e++) {
      y[e] = 1 / (1 + Polynomials.exp(r[e]) * power[e] * power[e]);
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
