package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import java.util.List;

/**
 * Where the sequences of a time-major batch end.
 *
 * @param counts [T, N, 1], floating-point: 1 up to each sequence's end, then 0
 * @param lengths I32 [N]
 */
record Lengths(Value counts, Value lengths) {
  /** The ends of sequences of so many places, with {@code counts} of an element type. */
  static Lengths of(Value lengths, int steps, DType dtype) {
    Value places = Ops.reshape(Ops.range(lengths.graph(), DType.F32, steps), steps, 1, 1);
    Value ends = Ops.reshape(Ops.cast(lengths, DType.F32), 1, lengths.shape().dim(0), 1);
    return new Lengths(Ops.cast(Ops.less(places, ends), dtype), lengths);
  }

  /** x [T, N, features] with zeros behind each sequence's end. */
  Value keep(Value x) {
    return Ops.select(counts, x, Constant.scalar(x.graph(), x.dtype(), 0));
  }

  /** x [T, N, features] with one more feature: 1 behind each sequence's end, and 0 before it. */
  Value mark(Value x) {
    return Ops.concat(2, x, Ops.sub(Constant.scalar(x.graph(), x.dtype(), 1), counts));
  }

  /** x [T, N, features] with each sequence the other way round. */
  Value reverse(Value x) {
    return Ops.reverseSequence(x, lengths);
  }

  /**
   * The last place of each sequence.
   *
   * @param x [T, N, features]
   * @param before [1, N, features], what stands before the first place: for sequences of length 0
   * @return [1, N, features]
   */
  Value last(Value x, Value before) {
    Shape shape = before.shape();
    int batch = shape.dim(1);
    int features = shape.dim(2);
    Value rows = Ops.reshape(Ops.concat(0, before, x), (x.shape().dim(0) + 1) * batch, features);
    Value first = Ops.mul(Ops.cast(lengths, DType.F32), batch);
    Value row = Ops.cast(Ops.add(first, Ops.range(x.graph(), DType.F32, batch)), DType.I32);
    return Ops.reshape(Ops.gather(rows, row), shape.toArray());
  }

  /** Row i of x [rows, N, features], as [1, N, features]. */
  static Value row(Value x, int i) {
    Shape shape = x.shape();
    return Ops.slice(x, List.of(i, 0, 0), List.of(i + 1, shape.dim(1), shape.dim(2)));
  }
}
