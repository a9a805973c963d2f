package dev.merapi.train;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.data.Batch;
import dev.merapi.train.data.Dataset;

/**
 * What a batch looks like to a program.
 *
 * @param inputs {@code [N, ...]}
 * @param targets {@code [N, ...]}
 * @param source where it finds them
 */
record Batches(TensorType inputs, TensorType targets, BatchSource source) {
  static final String INPUTS = "inputs";
  static final String TARGETS = "targets";

  static Batches of(Dataset data, int batch) {
    return of(data, batch, BatchSource.BOUND);
  }

  static Batches of(Dataset data, int batch, BatchSource source) {
    return new Batches(batched(data.inputType(), batch), batched(data.targetType(), batch), source);
  }

  /** Inputs alone: the targets are nothing. */
  static Batches of(TensorType sample, int batch) {
    TensorType nothing = TensorType.scalar(DType.I32).withShape(Shape.of(batch));
    return new Batches(batched(sample, batch), nothing, BatchSource.BOUND);
  }

  static Batches of(Batch batch) {
    return new Batches(batch.inputs().type(), batch.targets().type(), BatchSource.BOUND);
  }

  private static TensorType batched(TensorType sample, int batch) {
    return sample.withShape(Shape.of(batch).concat(sample.shape()));
  }

  int size() {
    return inputs.shape().dim(0);
  }

  /**
   * The inputs as the model wants them. Bytes are uploaded as bytes and become numbers from 0 to 1
   * on the device. Whole numbers are indices and stay what they are.
   */
  Value readInputs(Graph graph, DType precision) {
    Value raw = source.read(graph, INPUTS, inputs);
    if (inputs.dtype() == DType.I32) {
      return raw;
    }
    Value numbers = Ops.cast(raw, precision);
    return inputs.dtype() == DType.U8 ? Ops.div(numbers, 255) : numbers;
  }

  /** The targets; labels stay integers. */
  Value readTargets(Graph graph, DType precision) {
    Value raw = source.read(graph, TARGETS, targets);
    return targets.dtype().isFloating() ? Ops.cast(raw, precision) : raw;
  }
}
