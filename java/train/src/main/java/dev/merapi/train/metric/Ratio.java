package dev.merapi.train.metric;

import static dev.merapi.core.op.Ops.add;

import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;

/** A metric that is a sum over all batches divided by another; 0 where that is 0. */
interface Ratio extends Metric {
  /** What a batch adds to the dividend, an F64 scalar. */
  Value part(Value prediction, Value target);

  /** What a batch adds to the divisor, an F64 scalar. */
  Value whole(Value prediction, Value target);

  @Override
  default TensorType accumulator(TensorType prediction) {
    return new TensorType(DType.F64, Shape.of(2, 1));
  }

  @Override
  default Value accumulate(Value accumulator, Value prediction, Value target) {
    Value part = Sums.row(0, 2, part(prediction, target));
    return add(accumulator, add(part, Sums.row(1, 2, whole(prediction, target))));
  }

  @Override
  default HostTensor result(HostTensor accumulator, long samples) {
    double ratio = ClassFigure.share(accumulator.get(0), accumulator.get(1));
    return HostTensor.of(TensorType.scalar(DType.F64), ratio);
  }
}
