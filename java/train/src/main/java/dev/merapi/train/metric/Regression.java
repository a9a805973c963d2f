package dev.merapi.train.metric;

import static dev.merapi.core.op.Ops.cast;
import static dev.merapi.core.op.Ops.sub;

import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;

/** The mean over all elements of what predictions differ from targets of one type and shape. */
interface Regression extends SampleMean {
  /** What a difference counts. */
  Value elements(Value difference);

  @Override
  default boolean appliesTo(TensorType prediction, TensorType target) {
    return prediction.dtype().isFloating() && prediction.equals(target);
  }

  /** In F64, so that squares of large numbers can be added. */
  @Override
  default Value sum(Value prediction, Value target) {
    Value difference = sub(cast(prediction, DType.F64), cast(target, DType.F64));
    return Labels.sumPerSample(elements(difference));
  }
}
