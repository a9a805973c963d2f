package dev.merapi.train.metric;

import static dev.merapi.core.op.Ops.add;

import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;

/** A metric that is the mean over all samples of a number for each. */
interface SampleMean extends Metric {
  /** The sum over a batch's samples: an F64 scalar. */
  Value sum(Value prediction, Value target);

  @Override
  default TensorType accumulator(TensorType prediction) {
    return TensorType.scalar(DType.F64);
  }

  @Override
  default Value accumulate(Value accumulator, Value prediction, Value target) {
    return add(accumulator, sum(prediction, target));
  }

  @Override
  default HostTensor result(HostTensor accumulator, long samples) {
    return HostTensor.of(accumulator.type(), accumulator.item() / samples);
  }
}
