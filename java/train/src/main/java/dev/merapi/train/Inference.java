package dev.merapi.train;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Bindings;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.data.Dataset;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a trained model, or a part of it that has some of its variables, gives for all samples of
 * some data.
 *
 * @param backend where it is computed
 * @param config what was trained; its model is that which is asked
 * @param weights as {@link Trainer#weights} gives them, of which the model may use some
 */
public record Inference(Backend backend, TrainingConfig config, Map<String, HostTensor> weights) {
  /** Samples that are computed together. */
  private static final int BATCH = 100;

  /**
   * The first output for each sample, [samples, ...].
   *
   * @throws GraphException when the model does not fit the samples
   * @throws IllegalArgumentException when the weights are not those of the model
   */
  public HostTensor of(Dataset samples) {
    return run(graph(samples), InferenceGraph.PREDICTIONS, samples);
  }

  /** The model for the batches that samples come in. */
  InferenceGraph graph(Dataset samples) {
    return InferenceGraph.build(config, samples.inputType(), Math.min(BATCH, samples.size()));
  }

  /** An output for all samples, batch by batch. */
  HostTensor run(InferenceGraph model, String output, Dataset samples) {
    CompileOptions options = CompileOptions.DEFAULT.numerics(config.numerics());
    HostTensor outputs = HostTensor.zeros(model.graph().outputs().get(output).type());
    try (StateStore store = new StateStore(backend)) {
      store.declare(VariableSpec.controlBlock());
      store.declare(model.variables());
      Weights used = Weights.among(model.variables(), store);
      Map<String, HostTensor> values = new HashMap<>(weights);
      values.keySet().retainAll(used.paths());
      used.load(values, true);
      try (Program program = Program.compile(model.graph(), store, options)) {
        HostTensor inputs = HostTensor.zeros(program.inputTypes().get(Batches.INPUTS));
        Bindings bindings = new Bindings().input(Batches.INPUTS, inputs).output(output, outputs);
        return run(() -> program.run(bindings), inputs, outputs, samples);
      }
    }
  }

  private static HostTensor run(
      Runnable program, HostTensor inputs, HostTensor outputs, Dataset samples) {
    TensorType type = outputs.type();
    int batch = type.shape().dim(0);
    TensorType row = type.withShape(type.shape().slice(1, type.shape().rank()));
    HostTensor all = HostTensor.zeros(rows(row, samples.size()));
    ByteBuffer wanted = all.bytes();
    List<ByteBuffer> left =
        samples.targetTypes().stream().map(target -> HostTensor.zeros(target).bytes()).toList();
    for (int from = 0; from < samples.size(); from += batch) {
      int size = Math.min(batch, samples.size() - from);
      List<ByteBuffer> input = List.of(inputs.bytes());
      for (int i = from; i < from + size; i++) {
        left.forEach(ByteBuffer::clear);
        samples.copy(i, input, left);
      }
      program.run(); // rows behind the last sample hold earlier ones, and nobody looks at them
      wanted.put(outputs.bytes().limit(size * (int) row.bytes()));
    }
    return all;
  }

  /** So many rows of a type. */
  static TensorType rows(TensorType row, int count) {
    return row.withShape(Shape.of(count).concat(row.shape()));
  }
}
