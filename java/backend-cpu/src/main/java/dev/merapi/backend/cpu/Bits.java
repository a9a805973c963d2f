package dev.merapi.backend.cpu;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * Loops over the bits of floats. The bits come and go by copies through a piece of native memory
 * that stays in the first-level cache, which costs little beside a comparison that does not
 * vectorize.
 */
final class Bits {
  private static final int ONE = 0x3F800000;
  private static final int INFINITY = 0x7F800000;
  private static final int MAGNITUDE = 0x7FFFFFFF;

  private final FloatBuffer floats;
  private final IntBuffer ints;
  private final int[] first;
  private final int[] second;
  private final int[] third;

  /** For arrays of at most this many elements. */
  Bits(int capacity) {
    ByteBuffer memory =
        ByteBuffer.allocateDirect(capacity * Float.BYTES).order(ByteOrder.nativeOrder());
    floats = memory.asFloatBuffer();
    ints = memory.asIntBuffer();
    first = new int[capacity];
    second = new int[capacity];
    third = new int[capacity];
  }

  /** The bits of floats. */
  void of(float[] x, int[] y, int count) {
    floats.put(0, x, 0, count);
    ints.get(0, y, 0, count);
  }

  /** The floats of bits. */
  void toFloats(int[] x, float[] y, int count) {
    ints.put(0, x, 0, count);
    floats.get(0, y, 0, count);
  }

  /** y[i] = condition[i] != 0 ? a[i] : b[i]; NaN is not 0. */
  void select(float[] condition, float[] a, float[] b, float[] y, int count) {
    of(condition, first, count);
    of(a, second, count);
    of(b, third, count);
    select(first, second, third, count);
    toFloats(third, y, count);
  }

  private static void select(int[] condition, int[] a, int[] b, int count) {
    for (int i = 0; i < count; i++) {
      int magnitude = condition[i] << 1;
      int taken = (magnitude | -magnitude) >> 31;
      b[i] = a[i] & taken | b[i] & ~taken;
    }
  }

  /** y[i] = a[i] < b[i]. */
  void less(float[] a, float[] b, float[] y, int count) {
    of(a, first, count);
    of(b, second, count);
    less(first, second, count);
    toFloats(first, y, count);
  }

  private static void less(int[] a, int[] b, int count) {
    for (int i = 0; i < count; i++) {
      int p = order(a[i]);
      int q = order(b[i]);
      // p <= q - 1: the same with p < q is not vectorized.
      a[i] = ~lessMask(q - 1, p) & ~isNaN(a[i]) & ~isNaN(b[i]) & ONE;
    }
  }

  /** y[i] = a[i] <= b[i]. */
  void lessEqual(float[] a, float[] b, float[] y, int count) {
    of(a, first, count);
    of(b, second, count);
    lessEqual(first, second, count);
    toFloats(first, y, count);
  }

  private static void lessEqual(int[] a, int[] b, int count) {
    for (int i = 0; i < count; i++) {
      int p = order(a[i]);
      int q = order(b[i]);
      a[i] = ~lessMask(q, p) & ~isNaN(a[i]) & ~isNaN(b[i]) & ONE;
    }
  }

  /** y[i] = a[i] == b[i]. */
  void equal(float[] a, float[] b, float[] y, int count) {
    of(a, first, count);
    of(b, second, count);
    equal(first, second, count);
    toFloats(first, y, count);
  }

  private static void equal(int[] a, int[] b, int count) {
    for (int i = 0; i < count; i++) {
      int difference = order(a[i]) ^ order(b[i]);
      int differs = (difference | -difference) >> 31;
      a[i] = ~differs & ~isNaN(a[i]) & ONE;
    }
  }

  /** An integer that is ordered as the number is; 0 for both zeros. */
  private static int order(int bits) {
    int sign = bits >> 31;
    return ((bits & MAGNITUDE) ^ sign) - sign;
  }

  /** All bits where p < q. */
  private static int lessMask(int p, int q) {
    int difference = p - q;
    // The sign of p - q, unless that overflowed.
    return (difference ^ ((p ^ q) & (difference ^ p))) >> 31;
  }

  /** All bits where a number is NaN. */
  private static int isNaN(int bits) {
    return (INFINITY - (bits & MAGNITUDE)) >> 31;
  }
}
