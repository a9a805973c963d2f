package dev.merapi.train;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.HostTensor;
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

  private final Inference inference;

  /**
   * A trained embedding.
   *
   * @param config what was trained; its model is an {@link EmbeddingModel}, or gives embeddings [N,
   *     D] itself
   * @param weights as {@link Trainer#weights} gives them
   */
  public NearestNeighbor(Backend backend, TrainingConfig config, Map<String, HostTensor> weights) {
    Layer model = config.normalizer(null).model();
    TrainingConfig part =
        model instanceof EmbeddingModel whole ? config.model(whole.embedding()) : config;
    this.inference = new Inference(backend, part, weights);
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
    HostTensor labels = HostTensor.zeros(Inference.rows(data.targetType(), data.size()));
    ByteBuffer bytes = labels.bytes();
    ByteBuffer input = HostTensor.zeros(data.inputType()).bytes();
    for (int i = 0; i < data.size(); i++) {
      data.copy(i, input.clear(), bytes);
    }
    return labels;
  }

  /** The embeddings of all samples, [N, D]. */
  public HostTensor embed(Dataset samples) {
    return inference.run(embedding(samples), InferenceGraph.PREDICTIONS, samples);
  }

  /** The number of the nearest known sample for each sample, [N]. */
  public HostTensor nearest(Dataset known, Dataset samples) {
    return inference.run(nearest(embed(known), embedding(samples)), NEAREST, samples);
  }

  private InferenceGraph embedding(Dataset samples) {
    InferenceGraph model = inference.graph(samples);
    GraphException.check(
        model.prediction().shape().rank() == 2,
        "%s: expected embeddings [N, D], found %s",
        inference.config().name(),
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
}
