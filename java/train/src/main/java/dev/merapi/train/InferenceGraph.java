package dev.merapi.train;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Net;
import java.util.List;

/**
 * A model alone, from a batch of inputs to predictions. Each sample is for itself: a model that
 * carries states begins with zeros.
 *
 * @param graph it has one output, {@link #PREDICTIONS}
 * @param variables the model's parameters and buffers
 */
record InferenceGraph(Graph graph, List<VariableSpec> variables) {
  static final String PREDICTIONS = "predictions";

  /**
   * Builds the model for a batch.
   *
   * @throws GraphException when it does not fit, or gives no prediction for each sample
   */
  static InferenceGraph build(TrainingConfig config, TensorType sample, int batch) {
    Graph graph = new Graph(config.name(), config.seed());
    Net net = new Net(graph, config.dtype(), false);
    Batches batches = Batches.of(List.of(sample), batch);
    List<Value> inputs = batches.readInputs(graph, config.dtype());
    Value prediction = graph.at(graph.path(), () -> config.model().build(net, inputs)).first();
    GraphException.check(
        prediction.shape().rank() > 0 && prediction.shape().dim(0) == batch,
        "%s: expected predictions [%d, ...] for %d samples, found %s",
        config.name(),
        batch,
        batch,
        prediction.type());
    graph.output(PREDICTIONS, prediction);
    List<VariableSpec> kept =
        net.variables().stream().filter(spec -> !spec.group().equals(Net.STATES)).toList();
    return new InferenceGraph(ZeroStates.of(net).run(graph), kept);
  }

  TensorType prediction() {
    return graph.outputs().get(PREDICTIONS).type();
  }
}
