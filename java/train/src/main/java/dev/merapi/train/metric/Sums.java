package dev.merapi.train.metric;

import static dev.merapi.core.op.Ops.cast;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.oneHot;
import static dev.merapi.core.op.Ops.reshape;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.DType;

/** Several sums in one accumulator. */
final class Sums {
  private Sums() {}

  /** F64 values [columns], or a scalar, as row {@code index} among so many rows of zeros. */
  static Value row(int index, int rows, Value values) {
    Value place = Constant.scalar(values.graph(), DType.I32, index);
    Value column = reshape(oneHot(place, rows, DType.F32), rows, 1);
    return mul(cast(column, DType.F64), values);
  }
}
