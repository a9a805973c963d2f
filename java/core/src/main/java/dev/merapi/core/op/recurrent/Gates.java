package dev.merapi.core.op.recurrent;

import static dev.merapi.core.op.elementwise.Arithmetic.mul;
import static dev.merapi.core.op.elementwise.Arithmetic.oneMinus;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.movement.Concat;
import dev.merapi.core.op.movement.Slice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The parts of gate vectors and the slopes of gates, for decompositions. */
final class Gates {
  private Gates() {}

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
