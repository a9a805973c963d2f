package dev.merapi.backend.cpu;

import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.UnaryFunction;

/** Plain Java loops, of which the compiler vectorizes those that are simple arithmetic. */
final class ScalarLoops implements VectorLoops {
  @Override
  public void unary(UnaryFunction function, float[] x, float[] y, int count) {
    switch (function) {
      case NEG -> neg(x, y, count);
      case ABS -> abs(x, y, count);
      case SIGN -> sign(x, y, count);
      case FLOOR -> floor(x, y, count);
      case IS_FINITE -> isFinite(x, y, count);
      case EXP -> exp(x, y, count);
      case LOG -> log(x, y, count);
      case SQRT -> sqrt(x, y, count);
      case RSQRT -> rsqrt(x, y, count);
      case SIN, COS -> exact(function, x, y, count);
      case TANH -> tanh(x, y, count);
      case SIGMOID -> sigmoid(x, y, count);
      case SOFTPLUS -> softplus(x, y, count);
      case ERF -> erf(x, y, count);
    }
  }

  @Override
  public void binary(BinaryFunction function, float[] a, float[] b, float[] y, int count) {
    switch (function) {
      case ADD -> add(a, b, y, count);
      case SUB -> sub(a, b, y, count);
      case MUL -> mul(a, b, y, count);
      case DIV -> div(a, b, y, count);
      case POW -> pow(a, b, y, count);
      case MIN -> min(a, b, y, count);
      case MAX -> max(a, b, y, count);
      case LESS -> less(a, b, y, count);
      case LESS_EQUAL -> lessEqual(a, b, y, count);
      case GREATER -> less(b, a, y, count);
      case GREATER_EQUAL -> lessEqual(b, a, y, count);
      case EQUAL -> equal(a, b, y, count);
      case NOT_EQUAL -> notEqual(a, b, y, count);
    }
  }

  @Override
  public void select(float[] condition, float[] a, float[] b, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      int taken = Approximations.nonzero(condition[i]);
      int bits = Float.floatToRawIntBits(a[i]) & taken | Float.floatToRawIntBits(b[i]) & ~taken;
      y[i] = Float.intBitsToFloat(bits);
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

  private static void sign(float[] x, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = Math.signum(x[i]);
    }
  }

  private static void floor(float[] x, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = (float) Math.floor(x[i]);
    }
  }

  private static void isFinite(float[] x, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = Math.abs(x[i]) <= Float.MAX_VALUE ? 1 : 0;
    }
  }

  private static void exp(float[] x, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = Approximations.exp(x[i]);
    }
  }

  private static void log(float[] x, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = Approximations.log(x[i]);
    }
  }

  private static void tanh(float[] x, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = Approximations.tanh(x[i]);
    }
  }

  private static void sigmoid(float[] x, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = Approximations.sigmoid(x[i]);
    }
  }

  private static void softplus(float[] x, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = Approximations.softplus(x[i]);
    }
  }

  private static void erf(float[] x, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = Approximations.erf(x[i]);
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

  /** For functions that networks do not compute often. */
  private static void exact(UnaryFunction function, float[] x, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = (float) function.apply(x[i]);
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

  private static void less(float[] a, float[] b, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = Approximations.less(a[i], b[i]);
    }
  }

  private static void lessEqual(float[] a, float[] b, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = Approximations.less(a[i], b[i]) + Approximations.equal(a[i], b[i]);
    }
  }

  private static void equal(float[] a, float[] b, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = Approximations.equal(a[i], b[i]);
    }
  }

  private static void notEqual(float[] a, float[] b, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = 1 - Approximations.equal(a[i], b[i]);
    }
  }
}
