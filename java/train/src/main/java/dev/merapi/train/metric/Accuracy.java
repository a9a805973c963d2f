package dev.merapi.train.metric;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.argMax;
import static dev.merapi.core.op.Ops.cast;
import static dev.merapi.core.op.Ops.div;
import static dev.merapi.core.op.Ops.equal;
import static dev.merapi.core.op.Ops.sum;

import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;

/**
 * The share of labels at which the largest logit is: predictions {@code [N, C]} against I32 labels
 * {@code [N]}, or {@code [N, T, C]} against {@code [N, T]}.
 */
public record Accuracy() implements Metric {
  @Override
  public boolean appliesTo(TensorType prediction, TensorType target) {
    int rank = prediction.shape().rank();
    return target.dtype() == DType.I32
        && rank >= 2
        && target.shape().equals(prediction.shape().slice(0, rank - 1));
  }

  @Override
  public TensorType accumulator(TensorType prediction) {
    return TensorType.scalar(DType.F64);
  }

  @Override
  public Value accumulate(Value accumulator, Value prediction, Value target) {
    Value right = sum(cast(equal(argMax(prediction, -1), target), DType.F64));
    double labelsPerSample = (double) target.shape().elements() / target.shape().dim(0);
    return add(accumulator, div(right, labelsPerSample));
  }

  @Override
  public HostTensor result(HostTensor accumulator, long samples) {
    return HostTensor.of(accumulator.type(), accumulator.item() / samples);
  }
}
