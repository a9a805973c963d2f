package dev.merapi.train.metric;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.argMax;
import static dev.merapi.core.op.Ops.cast;
import static dev.merapi.core.op.Ops.matMul;
import static dev.merapi.core.op.Ops.oneHot;

import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;

/**
 * How many samples of each class were taken for which: rows are labels, columns are predictions,
 * {@code [C, C]} counts. Predictions {@code [N, C]} against I32 labels {@code [N]}.
 */
public record ConfusionMatrix() implements Metric {
  @Override
  public boolean appliesTo(TensorType prediction, TensorType target) {
    return target.shape().rank() == 1 && new Accuracy().appliesTo(prediction, target);
  }

  @Override
  public TensorType accumulator(TensorType prediction) {
    int classes = prediction.shape().dim(1);
    return new TensorType(DType.I32, Shape.of(classes, classes));
  }

  /** Counts by a product of one-hot matrices; exact, since a batch has fewer than 2^24 samples. */
  @Override
  public Value accumulate(Value accumulator, Value prediction, Value target) {
    int classes = prediction.shape().dim(1);
    Value labels = oneHot(target, classes, DType.F32);
    Value predicted = oneHot(argMax(prediction, 1), classes, DType.F32);
    return add(accumulator, cast(matMul(labels, predicted, true, false), DType.I32));
  }

  @Override
  public HostTensor result(HostTensor accumulator, long samples) {
    return accumulator;
  }
}
