package dev.merapi.train.metric;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.argMax;
import static dev.merapi.core.op.Ops.cast;
import static dev.merapi.core.op.Ops.equal;
import static dev.merapi.core.op.Ops.sum;

import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;

/**
 * The share of samples whose largest logit is at the label: predictions {@code [N, C]} against I32
 * labels {@code [N]}.
 */
public record Accuracy() implements Metric {
  @Override
  public boolean appliesTo(TensorType prediction, TensorType target) {
    return prediction.shape().rank() == 2
        && target.dtype() == DType.I32
        && target.shape().rank() == 1;
  }

  @Override
  public TensorType accumulator(TensorType prediction) {
    return TensorType.scalar(DType.F64);
  }

  @Override
  public Value accumulate(Value accumulator, Value prediction, Value target) {
    return add(accumulator, sum(cast(equal(argMax(prediction, 1), target), DType.F64)));
  }

  @Override
  public HostTensor result(HostTensor accumulator, long samples) {
    return HostTensor.of(accumulator.type(), accumulator.item() / samples);
  }
}
