package dev.merapi.core.op.recurrent;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.elementwise.Binary;
import dev.merapi.core.op.elementwise.Unary;
import dev.merapi.core.op.movement.Concat;
import dev.merapi.core.op.movement.Slice;
import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.UnaryFunction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Short names of the primitives, so that decompositions read like their formulas. */
final class Arithmetic {
  private Arithmetic() {}

  static Value add(Value a, Value b) {
    return Binary.of(BinaryFunction.ADD, a, b);
  }

  static Value sub(Value a, Value b) {
    return Binary.of(BinaryFunction.SUB, a, b);
  }

  static Value mul(Value a, Value b) {
    return Binary.of(BinaryFunction.MUL, a, b);
  }

  static Value oneMinus(Value x) {
    return Binary.of(BinaryFunction.ADD, Unary.of(UnaryFunction.NEG, x), 1);
  }

  static Value tanh(Value x) {
    return Unary.of(UnaryFunction.TANH, x);
  }

  static Value sigmoid(Value x) {
    return Unary.of(UnaryFunction.SIGMOID, x);
  }

  /** The derivative of tanh, from its value. */
  static Value tanhSlope(Value y) {
    return oneMinus(mul(y, y));
  }

  /** The derivative of the sigmoid, from its value. */
  static Value sigmoidSlope(Value y) {
    return mul(y, oneMinus(y));
  }

  /** The elements from start to end along an axis. */
  static Value part(Value x, int axis, int start, int end) {
    int rank = x.shape().rank();
    List<Integer> starts = new ArrayList<>(Collections.nCopies(rank, 0));
    List<Integer> ends = new ArrayList<>();
    for (int size : x.shape().toArray()) {
      ends.add(size);
    }
    starts.set(axis, start);
    ends.set(axis, end);
    return Slice.of(x, starts, ends);
  }

  /** [N, count * hidden] as count values [N, hidden]. */
  static List<Value> split(Value x, int count) {
    int size = x.shape().dim(1) / count;
    List<Value> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      parts.add(part(x, 1, i * size, (i + 1) * size));
    }
    return parts;
  }

  /** Values [N, hidden] side by side. */
  static Value join(List<Value> parts) {
    return Concat.of(1, parts);
  }
}
