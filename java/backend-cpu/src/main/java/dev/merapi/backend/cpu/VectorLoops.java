package dev.merapi.backend.cpu;

import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.UnaryFunction;

/**
 * Scalar functions over the first elements of arrays that stay in cache, for one thread; y may be
 * an argument.
 *
 * <p>Java's compiler vectorizes loops of simple arithmetic on floats, and on integers, but nothing
 * that goes from one to the other, and no comparison. So these are sequences of loops of one kind
 * each, between which arrays of bits become arrays of floats by a copy ({@link Bits}).
 */
final class VectorLoops {
  private final Bits bits;
  private final Exponentials exponentials;

  /** For arrays of at most this many elements. */
  VectorLoops(int capacity) {
    bits = new Bits(capacity);
    exponentials = new Exponentials(capacity, bits);
  }

  /** y[i] = f(x[i]) for the first {@code count} elements. */
  void unary(UnaryFunction function, float[] x, float[] y, int count) {
    switch (function) {
      case NEG -> neg(x, y, count);
      case ABS -> abs(x, y, count);
      case SIGN, FLOOR, IS_FINITE, SIN, COS -> oneByOne(function, x, y, count);
      case EXP -> exponentials.exp(x, y, count);
      case LOG -> exponentials.log(x, y, count);
      case SQRT -> sqrt(x, y, count);
      case RSQRT -> rsqrt(x, y, count);
      case TANH -> tanh(x, y, count);
      case SIGMOID -> exponentials.sigmoid(x, y, count);
      case SOFTPLUS -> exponentials.softplus(x, y, count);
      case ERF -> erf(x, y, count);
    }
  }

  /** y[i] = f(a[i], b[i]) for the first {@code count} elements. */
  void binary(BinaryFunction function, float[] a, float[] b, float[] y, int count) {
    switch (function) {
      case ADD -> add(a, b, y, count);
      case SUB -> sub(a, b, y, count);
      case MUL -> mul(a, b, y, count);
      case DIV -> div(a, b, y, count);
      case POW -> pow(a, b, y, count);
      case MIN -> min(a, b, y, count);
      case MAX -> max(a, b, y, count);
      case LESS -> bits.less(a, b, y, count);
      case LESS_EQUAL -> bits.lessEqual(a, b, y, count);
      case GREATER -> bits.less(b, a, y, count);
      case GREATER_EQUAL -> bits.lessEqual(b, a, y, count);
      case EQUAL -> bits.equal(a, b, y, count);
      case NOT_EQUAL -> notEqual(a, b, y, count);
    }
  }

  /** Whether {@link #binary(BinaryFunction, float[], float, float[], int)} knows the function. */
  static boolean takesNumber(BinaryFunction function) {
    return switch (function) {
      case ADD, SUB, MUL, DIV, MIN, MAX -> true;
      case POW, LESS, LESS_EQUAL, GREATER, GREATER_EQUAL, EQUAL, NOT_EQUAL -> false;
    };
  }

  /** Whether f(number, array) is f(array, number), and known. */
  static boolean takesNumberFirst(BinaryFunction function) {
    return takesNumber(function)
        && function != BinaryFunction.SUB
        && function != BinaryFunction.DIV;
  }

  /** y[i] = f(a[i], b) for the first {@code count} elements. */
  void binary(BinaryFunction function, float[] a, float b, float[] y, int count) {
    switch (function) {
      case ADD -> add(a, b, y, count);
      case SUB -> add(a, -b, y, count);
      case MUL -> mul(a, b, y, count);
      case DIV -> div(a, b, y, count);
      case MIN -> min(a, b, y, count);
      case MAX -> max(a, b, y, count);
      default -> throw new IllegalArgumentException(function + " takes two arrays");
    }
  }

  /** y[i] = condition[i] != 0 ? a[i] : b[i] for the first {@code count} elements. */
  void select(float[] condition, float[] a, float[] b, float[] y, int count) {
    bits.select(condition, a, b, y, count);
  }

  /** For functions that networks do not compute often. */
  private static void oneByOne(UnaryFunction function, float[] x, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = (float) function.apply(x[i]);
    }
  }

  private static void neg(float[] x, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = -x[i];
    }
  }

  private static void abs(float[] x, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = Math.abs(x[i]);
    }
  }

  private static void sqrt(float[] x, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = (float) Math.sqrt(x[i]);
    }
  }

  private static void rsqrt(float[] x, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = 1 / (float) Math.sqrt(x[i]);
    }
  }

  private static void tanh(float[] x, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = Polynomials.tanh(x[i]);
    }
  }

  private static void erf(float[] x, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = Polynomials.erf(x[i]);
    }
  }

  private static void add(float[] a, float[] b, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = a[i] + b[i];
    }
  }

  private static void sub(float[] a, float[] b, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = a[i] - b[i];
    }
  }

  private static void mul(float[] a, float[] b, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = a[i] * b[i];
    }
  }

  private static void div(float[] a, float[] b, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = a[i] / b[i];
    }
  }

  private static void pow(float[] a, float[] b, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = (float) Math.pow(a[i], b[i]);
    }
  }

  private static void min(float[] a, float[] b, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = Math.min(a[i], b[i]);
    }
  }

  private static void max(float[] a, float[] b, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = Math.max(a[i], b[i]);
    }
  }

  private static void add(float[] a, float b, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = a[i] + b;
    }
  }

  private static void mul(float[] a, float b, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = a[i] * b;
    }
  }

  private static void div(float[] a, float b, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = a[i] / b;
    }
  }

  private static void min(float[] a, float b, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = Math.min(a[i], b);
    }
  }

  private static void max(float[] a, float b, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = Math.max(a[i], b);
    }
  }

  private void notEqual(float[] a, float[] b, float[] y, int count) {
    bits.equal(a, b, y, count);
    for (int i = 0; i < count; i++) {
      y[i] = 1 - y[i];
    }
  }
}
