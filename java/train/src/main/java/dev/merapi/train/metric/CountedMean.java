package dev.merapi.train.metric;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.cast;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.sum;

import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;

/** A metric that is the mean over all places that count of a number for each; 0 when none does. */
interface CountedMean extends Metric {
  /** A finite number for each place. */
  Value values(Value prediction, Value target);

  /** 1 for each place that counts, 0 for the others, in the shape of the values. */
  Value counts(Value prediction, Value target);

  /** The sum of what counts, and how many places that are. */
  @Override
  default TensorType accumulator(TensorType prediction) {
    return new TensorType(DType.F64, Shape.of(2, 1));
  }

  @Override
  default Value accumulate(Value accumulator, Value prediction, Value target) {
    Value values = cast(values(prediction, target), DType.F64);
    Value counts = cast(counts(prediction, target), DType.F64);
    Value both = add(Sums.row(0, 2, sum(mul(values, counts))), Sums.row(1, 2, sum(counts)));
    return add(accumulator, both);
  }

  @Override
  default HostTensor result(HostTensor accumulator, long samples) {
    double mean = ClassFigure.share(accumulator.get(0), accumulator.get(1));
    return HostTensor.of(TensorType.scalar(DType.F64), mean);
  }
}
