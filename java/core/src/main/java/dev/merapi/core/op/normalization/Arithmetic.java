package dev.merapi.core.op.normalization;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.elementwise.Binary;
import dev.merapi.core.op.elementwise.Unary;
import dev.merapi.core.op.reduction.Reduce;
import dev.merapi.core.op.reduction.ReduceFunction;
import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.UnaryFunction;

/** Short names of the primitives, so that decompositions read like their formulas. */
final class Arithmetic {
  private Arithmetic() {}

  static Value add(Value a, Value b) {
    return Binary.of(BinaryFunction.ADD, a, b);
  }

  static Value add(Value a, double b) {
    return Binary.of(BinaryFunction.ADD, a, b);
  }

  static Value sub(Value a, Value b) {
    return Binary.of(BinaryFunction.SUB, a, b);
  }

  static Value mul(Value a, Value b) {
    return Binary.of(BinaryFunction.MUL, a, b);
  }

  static Value mul(Value a, double b) {
    return Binary.of(BinaryFunction.MUL, a, b);
  }

  static Value div(Value a, Value b) {
    return Binary.of(BinaryFunction.DIV, a, b);
  }

  static Value pow(Value a, double b) {
    return Binary.of(BinaryFunction.POW, a, b);
  }

  static Value exp(Value x) {
    return Unary.of(UnaryFunction.EXP, x);
  }

  static Value log(Value x) {
    return Unary.of(UnaryFunction.LOG, x);
  }

  static Value rsqrt(Value x) {
    return Unary.of(UnaryFunction.RSQRT, x);
  }

  static Value max(Value x, int axis) {
    return Reduce.of(ReduceFunction.MAX, x, true, axis);
  }

  /** The sum over some axes, which stay with size 1; no axes leave the value as it is. */
  static Value sum(Value x, int... axes) {
    return axes.length == 0 ? x : Reduce.of(ReduceFunction.SUM, x, true, axes);
  }

  /** The mean over some axes, which stay with size 1. */
  static Value mean(Value x, int... axes) {
    Value sum = sum(x, axes);
    return mul(sum, (double) sum.shape().elements() / x.shape().elements());
  }
}
