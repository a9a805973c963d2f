package dev.merapi.core.op.elementwise;

import dev.merapi.core.graph.Value;
import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.UnaryFunction;

/**
 * Short names of the elementwise primitives, so that the decompositions of other ops read like
 * their formulas. Layers use the façade {@code Ops}, which stands above all ops.
 */
public final class Arithmetic {
  private Arithmetic() {}

  public static Value add(Value a, Value b) {
    return Binary.of(BinaryFunction.ADD, a, b);
  }

  public static Value add(Value a, double b) {
    return Binary.of(BinaryFunction.ADD, a, b);
  }

  public static Value sub(Value a, Value b) {
    return Binary.of(BinaryFunction.SUB, a, b);
  }

  public static Value mul(Value a, Value b) {
    return Binary.of(BinaryFunction.MUL, a, b);
  }

  public static Value mul(Value a, double b) {
    return Binary.of(BinaryFunction.MUL, a, b);
  }

  public static Value div(Value a, Value b) {
    return Binary.of(BinaryFunction.DIV, a, b);
  }

  public static Value pow(Value a, double b) {
    return Binary.of(BinaryFunction.POW, a, b);
  }

  public static Value exp(Value x) {
    return Unary.of(UnaryFunction.EXP, x);
  }

  public static Value log(Value x) {
    return Unary.of(UnaryFunction.LOG, x);
  }

  public static Value rsqrt(Value x) {
    return Unary.of(UnaryFunction.RSQRT, x);
  }

  public static Value tanh(Value x) {
    return Unary.of(UnaryFunction.TANH, x);
  }

  public static Value sigmoid(Value x) {
    return Unary.of(UnaryFunction.SIGMOID, x);
  }

  /** 1 - x. */
  public static Value oneMinus(Value x) {
    return Binary.of(BinaryFunction.ADD, Unary.of(UnaryFunction.NEG, x), 1);
  }
}
