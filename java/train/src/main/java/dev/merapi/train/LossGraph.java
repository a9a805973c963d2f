package dev.merapi.train;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.nn.Net;
import java.util.List;

/**
 * A model and its loss in a graph.
 *
 * @param graph what it is built in
 * @param net the model's variables
 * @param prediction the model's output
 * @param targets what it is held against
 * @param loss a scalar
 */
record LossGraph(Graph graph, Net net, Value prediction, Value targets, Value loss) {
  static LossGraph build(TrainingConfig config, Batches batches, boolean training) {
    Graph graph = new Graph(config.name(), config.seed());
    Net net = new Net(graph, config.dtype(), training, config.freeze());
    Value inputs = batches.readInputs(graph, config.dtype());
    Value targets = batches.readTargets(graph, config.dtype());
    Value prediction = graph.at(graph.path(), () -> config.model().build(net, inputs));
    config.freeze().requireKnown(net.variables().stream().map(VariableSpec::path).toList());
    Value loss = graph.within("loss", () -> config.loss().build(prediction, targets));
    return new LossGraph(graph, net, prediction, targets, loss);
  }

  /** The gradients by the parameters that are trained, in the net's order. */
  List<Value> gradients() {
    return Differentiator.gradients(loss, net.trainable());
  }
}
