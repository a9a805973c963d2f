package dev.merapi.train;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Bindings;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.EmbeddingModel;
import dev.merapi.nn.Layer;
import dev.merapi.train.data.Dataset;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Classifies samples by the label of the nearest known one, by the Euclidean distance of their
 * embeddings: how good an embedding is, without a classifier that is trained on it.
 *
 * <p>Embeddings and distances are computed on the device. Source: Cover and Hart, "Nearest Neighbor
 * Pattern Classification", IEEE Transactions on Information Theory 13(1), 1967.
 */
public final class NearestNeighbor {
  private static final String KNOWN = "nearest/known";
  private static final String NEAREST = "nearest";

  /** Samples that are computed together. */
  private static final int BATCH = 100;

  private final Backend backend;
  private final TrainingConfig config;
  private final Map<String, HostTensor> weights;

  /**
   * A trained embedding.
   *
   * @param config what was trained; its model is an {@link EmbeddingModel}, or gives embeddings [N,
   *     D] itself
   * @param weights as {@link Trainer#weights} gives them
   */
  public NearestNeighbor(Backend backend, TrainingConfig config, Map<String, HostTensor> weights) {
    Layer model = config.normalizer(null).model();
    this.backend = backend;
    this.config = model instanceof EmbeddingModel whole ? config.model(whole.embedding()) : config;
    this.weights = weights;
  }

  /**
   * The share of samples that have the label of their nearest neighbour among the known ones.
   *
   * @param known samples of one input and a class
   * @param samples of the same types
   * @throws GraphException when the model gives no embedding [N, D] for each sample
   */
  public double accuracy(Dataset known, Dataset samples) {
    HostTensor nearest = nearest(known, samples);
    HostTensor labels = labels(known);
    HostTensor wanted = labels(samples);
    int right = 0;
    for (int i = 0; i < nearest.elements(); i++) {
      right += labels.get((int) nearest.get(i)) == wanted.get(i) ? 1 : 0;
    }
    return (double) right / nearest.elements();
  }

  private static HostTensor labels(Dataset data) {
    HostTensor labels = HostTensor.zeros(rows(data.targetType(), data.size()));
    ByteBuffer bytes = labels.bytes();
    ByteBuffer input = HostTensor.zeros(data.inputType()).bytes();
    for (int i = 0; i < data.size(); i++) {
      data.copy(i, input.clear(), bytes);
    }
    return labels;
  }

  private static TensorType rows(TensorType row, int count) {
    return row.withShape(Shape.of(count).concat(row.shape()));
  }

  /** The embeddings of all samples, [N, D]. */
  public HostTensor embed(Dataset samples) {
    return run(embedding(samples), InferenceGraph.PREDICTIONS, samples);
  }

  /** The number of the nearest known sample for each sample, [N]. */
  public HostTensor nearest(Dataset known, Dataset samples) {
    return run(nearest(embed(known), embedding(samples)), NEAREST, samples);
  }

  private InferenceGraph embedding(Dataset samples) {
    int batch = Math.min(BATCH, samples.size());
    InferenceGraph model = InferenceGraph.build(config, samples.inputType(), batch);
    GraphException.check(
        model.prediction().shape().rank() == 2,
        "%s: expected embeddings [N, D], found %s",
        config.name(),
        model.prediction());
    return model;
  }

  /** |x - k|^2 = |x|^2 - 2 (x k - |k|^2 / 2), so the nearest has the greatest in brackets. */
  private static InferenceGraph nearest(HostTensor known, InferenceGraph model) {
    Graph graph = model.graph();
    Value x = graph.outputs().get(InferenceGraph.PREDICTIONS);
    Value rows = Variable.of(graph, KNOWN, known.type());
    Value half = Ops.mul(Ops.sum(Ops.square(rows), 1), 0.5);
    graph.output(NEAREST, Ops.argMax(Ops.sub(Ops.matMul(x, rows, false, true), half), 1));
    List<VariableSpec> variables = new ArrayList<>(model.variables());
    variables.add(new VariableSpec(KNOWN, known.type(), NEAREST, () -> known));
    return new InferenceGraph(graph, variables);
  }

  /** An output for all samples, batch by batch. */
  private HostTensor run(InferenceGraph model, String output, Dataset samples) {
    CompileOptions options = CompileOptions.DEFAULT.numerics(config.numerics());
    HostTensor outputs = HostTensor.zeros(model.graph().outputs().get(output).type());
    try (StateStore store = new StateStore(backend)) {
      store.declare(VariableSpec.controlBlock());
      store.declare(model.variables());
      Weights.among(model.variables(), store).load(weights, true);
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
    ByteBuffer target = HostTensor.zeros(samples.targetType()).bytes();
    for (int from = 0; from < samples.size(); from += batch) {
      int size = Math.min(batch, samples.size() - from);
      ByteBuffer input = inputs.bytes();
      for (int i = from; i < from + size; i++) {
        samples.copy(i, input, target.clear());
      }
      program.run(); // rows behind the last sample hold earlier ones, and nobody looks at them
      wanted.put(outputs.bytes().limit(size * (int) row.bytes()));
    }
    return all;
  }
}
