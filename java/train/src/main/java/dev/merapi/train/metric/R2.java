package dev.merapi.train.metric;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.cast;
import static dev.merapi.core.op.Ops.reshape;
import static dev.merapi.core.op.Ops.square;
import static dev.merapi.core.op.Ops.sub;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;

/**
 * Coefficient of determination, 1 - sum (prediction - target)^2 / sum (target - mean target)^2: the
 * share of the targets' variance that the predictions explain, as a mean over the outputs.
 * Predictions and targets {@code [N, ...]} of one type and shape. Where all targets are equal it is
 * 1 if the predictions are those, else 0. Source: scikit-learn, r2_score.
 */
public record R2() implements Metric {
  private static final int SUMS = 3;

  @Override
  public boolean appliesTo(TensorType prediction, TensorType target) {
    return prediction.dtype().isFloating() && prediction.equals(target);
  }

  /** For each output the sums of squared differences, of targets and of their squares. */
  @Override
  public TensorType accumulator(TensorType prediction) {
    Shape shape = prediction.shape();
    return new TensorType(DType.F64, Shape.of(SUMS, shape.elements() / shape.dim(0)));
  }

  @Override
  public Value accumulate(Value accumulator, Value prediction, Value target) {
    int samples = prediction.shape().dim(0);
    int outputs = prediction.shape().elements() / samples;
    Value wanted = cast(reshape(target, samples, outputs), DType.F64);
    Value found = cast(reshape(prediction, samples, outputs), DType.F64);
    Value differences = Sums.row(0, SUMS, Ops.sum(square(sub(found, wanted)), 0));
    Value sums = Sums.row(1, SUMS, Ops.sum(wanted, 0));
    Value squares = Sums.row(2, SUMS, Ops.sum(square(wanted), 0));
    return add(accumulator, add(differences, add(sums, squares)));
  }

  @Override
  public HostTensor result(HostTensor accumulator, long samples) {
    int outputs = accumulator.shape().dim(1);
    double mean = 0;
    for (int i = 0; i < outputs; i++) {
      double differences = accumulator.get(i);
      double sum = accumulator.get(outputs + i);
      double variation = accumulator.get(2 * outputs + i) - sum * sum / samples;
      double constant = differences == 0 ? 1 : 0;
      mean += (variation > 0 ? 1 - differences / variation : constant) / outputs;
    }
    return HostTensor.of(TensorType.scalar(DType.F64), mean);
  }
}
