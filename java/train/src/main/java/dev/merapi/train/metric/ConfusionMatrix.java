package dev.merapi.train.metric;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.argMax;
import static dev.merapi.core.op.Ops.cast;
import static dev.merapi.core.op.Ops.greater;
import static dev.merapi.core.op.Ops.matMul;
import static dev.merapi.core.op.Ops.oneHot;
import static dev.merapi.core.op.Ops.reshape;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.loss.ScoreTargets;

/**
 * Confusion matrix: how many samples of each class were taken for which; rows are labels, columns
 * are predictions, {@code [C, C]} counts. Predictions {@code [N, C]} against I32 labels {@code
 * [N]}; or one logit for two classes, {@code [N]} or {@code [N, 1]}, against targets as for {@link
 * BinaryAccuracy}. Source: scikit-learn, confusion_matrix.
 */
public record ConfusionMatrix() implements Metric {
  @Override
  public boolean appliesTo(TensorType prediction, TensorType target) {
    return target.shape().rank() == 1 && Labels.fit(prediction, target)
        || ofTwo(prediction) && ScoreTargets.fit(prediction, target);
  }

  private static boolean ofTwo(TensorType prediction) {
    Shape shape = prediction.shape();
    return shape.rank() == 1 || shape.rank() == 2 && shape.dim(1) == 1;
  }

  private static int classes(TensorType prediction) {
    return ofTwo(prediction) ? 2 : prediction.shape().dim(1);
  }

  @Override
  public TensorType accumulator(TensorType prediction) {
    int classes = classes(prediction);
    return new TensorType(DType.I32, Shape.of(classes, classes));
  }

  /** Counts by a product of one-hot matrices; exact, since a batch has fewer than 2^24 samples. */
  @Override
  public Value accumulate(Value accumulator, Value prediction, Value target) {
    int classes = classes(prediction.type());
    int samples = prediction.shape().dim(0);
    Value labels = target;
    Value guesses;
    if (ofTwo(prediction.type())) {
      Value zero = Constant.scalar(prediction.graph(), prediction.dtype(), 0);
      labels = reshape(cast(ScoreTargets.positive(prediction, target), DType.I32), samples);
      guesses = reshape(cast(greater(prediction, zero), DType.I32), samples);
    } else {
      guesses = argMax(prediction, 1);
    }
    Value rows = oneHot(labels, classes, DType.F32);
    Value columns = oneHot(guesses, classes, DType.F32);
    return add(accumulator, cast(matMul(rows, columns, true, false), DType.I32));
  }

  @Override
  public HostTensor result(HostTensor accumulator, long samples) {
    return accumulator;
  }
}
