package dev.merapi.train.metric;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.cast;
import static dev.merapi.core.op.Ops.equal;
import static dev.merapi.core.op.Ops.greater;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.sum;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;

/**
 * The share of elements whose logit is above 0 where the target is above one half: predictions and
 * floating-point targets of one shape.
 */
public record BinaryAccuracy() implements Metric {
  @Override
  public boolean appliesTo(TensorType prediction, TensorType target) {
    return prediction.equals(target);
  }

  @Override
  public TensorType accumulator(TensorType prediction) {
    return TensorType.scalar(DType.F64);
  }

  @Override
  public Value accumulate(Value accumulator, Value prediction, Value target) {
    Value zero = Constant.scalar(prediction.graph(), prediction.dtype(), 0);
    Value half = Constant.scalar(prediction.graph(), prediction.dtype(), 0.5);
    Value right = equal(greater(prediction, zero), greater(target, half));
    double perSample = (double) prediction.shape().dim(0) / prediction.shape().elements();
    return add(accumulator, mul(sum(cast(right, DType.F64)), perSample));
  }

  @Override
  public HostTensor result(HostTensor accumulator, long samples) {
    return HostTensor.of(accumulator.type(), accumulator.item() / samples);
  }
}
