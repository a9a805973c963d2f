package dev.merapi.train;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import java.util.List;
import java.util.Map;

/**
 * A model and its loss in a graph.
 *
 * @param graph what it is built in
 * @param net the model's variables
 * @param outputs the model's outputs
 * @param targets what they are held against
 * @param loss a scalar; of a training with what the model adds to it
 * @param parts of the loss, where it has some; of an evaluation alone
 */
record LossGraph(
    Graph graph,
    Net net,
    Outputs outputs,
    List<Value> targets,
    Value loss,
    Map<String, Value> parts) {
  static LossGraph build(TrainingConfig config, Batches batches, boolean training) {
    Graph graph = new Graph(config.name(), config.seed());
    Net net = new Net(graph, config.dtype(), training, config.freeze());
    List<Value> inputs = batches.readInputs(graph, config.dtype());
    List<Value> targets = batches.readTargets(graph, config.dtype());
    Outputs outputs = graph.at(graph.path(), () -> config.model().build(net, inputs));
    config.freeze().requireKnown(net.variables().stream().map(VariableSpec::path).toList());
    Value loss = graph.within("loss", () -> loss(config, net, outputs, targets));
    Map<String, Value> parts =
        training ? Map.of() : graph.within("loss", () -> config.loss().parts(outputs, targets));
    return new LossGraph(graph, net, outputs, targets, loss, parts);
  }

  private static Value loss(TrainingConfig config, Net net, Outputs outputs, List<Value> targets) {
    if (net.training()) { // which has all outputs: one that is missing is a mistake
      config.loss().terms().forEach(term -> outputs.get(term.output()));
    }
    Value loss = config.loss().build(outputs, targets);
    if (net.training()) {
      for (Value addend : net.losses()) {
        loss = Ops.add(loss, addend);
      }
    }
    return loss;
  }

  /** The gradients by the parameters that are trained, in the net's order. */
  List<Value> gradients() {
    return gradients(net.trainable());
  }

  /** The gradients by some parameters. */
  List<Value> gradients(List<Value> parameters) {
    return Differentiator.gradients(loss, parameters);
  }
}
