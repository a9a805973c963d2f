package dev.merapi.train.metric;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;

/**
 * Pair accuracy: the share of pairs whose distance is below a threshold where they are of one
 * class, and not below it where they are of two: distances {@code [N]} against I32 labels {@code
 * [N]}, 1 for one class. Source: Hadsell, Chopra and LeCun, "Dimensionality Reduction by Learning
 * an Invariant Mapping", CVPR 2006, for the distances.
 *
 * @param threshold of the distances
 */
public record PairAccuracy(@Default("0.5") double threshold) implements Metric {
  /** With half of the usual margin of 1. */
  public PairAccuracy() {
    this(0.5);
  }

  @Override
  public boolean appliesTo(TensorType prediction, TensorType target) {
    return prediction.dtype().isFloating()
        && prediction.shape().rank() == 1
        && target.dtype() == DType.I32
        && target.shape().equals(prediction.shape());
  }

  @Override
  public TensorType accumulator(TensorType prediction) {
    return TensorType.scalar(DType.F64);
  }

  @Override
  public Value accumulate(Value accumulator, Value prediction, Value target) {
    Value limit = Constant.scalar(prediction.graph(), prediction.dtype(), threshold);
    Value near = Ops.cast(Ops.less(prediction, limit), DType.I32);
    return Ops.add(accumulator, Ops.sum(Ops.cast(Ops.equal(near, target), DType.F64)));
  }

  @Override
  public HostTensor result(HostTensor accumulator, long samples) {
    return HostTensor.of(accumulator.type(), accumulator.item() / samples);
  }
}
