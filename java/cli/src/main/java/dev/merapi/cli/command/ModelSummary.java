package dev.merapi.cli.command;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.model.SequentialModel;
import dev.merapi.train.TrainingConfig;
import java.util.ArrayList;
import java.util.List;

/** A model layer by layer, for one sample. */
final class ModelSummary {
  /**
   * A layer.
   *
   * @param name of the layer in the model
   * @param type of the layer
   * @param output the shape of its output, without the batch axis
   * @param parameters trainable numbers
   * @param flops of the forward pass
   */
  record Row(String name, String type, Shape output, long parameters, long flops) {}

  private final Graph graph;
  private final Net net;
  private final List<Row> rows = new ArrayList<>();

  private ModelSummary(TrainingConfig config) {
    this.graph = new Graph(config.name(), config.seed());
    this.net = new Net(graph, config.dtype(), false);
  }

  /** The layers of a row of layers; any other model is one row. */
  static List<Row> of(TrainingConfig config, List<TensorType> inputs) {
    ModelSummary summary = new ModelSummary(config);
    List<Value> values = new ArrayList<>();
    for (TensorType input : inputs) {
      DType dtype = input.dtype() == DType.I32 ? DType.I32 : config.dtype();
      TensorType batch = new TensorType(dtype, Shape.of(1).concat(input.shape()));
      values.add(Input.of(summary.graph, "inputs" + values.size(), batch));
    }
    summary.build(config.name(), config.model(), values);
    return summary.rows;
  }

  private void build(String name, Layer layer, List<Value> inputs) {
    if (layer instanceof dev.merapi.nn.Model.Of named) {
      build(name, named.layer(), inputs);
    } else if (layer instanceof SequentialModel model) {
      build(name, model.layers(), inputs);
    } else if (layer instanceof Sequential layers) {
      List<Value> values = inputs;
      for (Sequential.Child child : layers.children()) {
        values = List.of(add(child.name(), child.layer(), values));
      }
    } else {
      add(name, layer, inputs);
    }
  }

  private Value add(String name, Layer layer, List<Value> inputs) {
    int nodes = graph.nodes().size();
    long before = parameters();
    Value output = net.apply(name, layer, inputs).first();
    long flops =
        graph.nodes().subList(nodes, graph.nodes().size()).stream().mapToLong(Flops::of).sum();
    Shape shape = output.shape().slice(1, output.shape().rank());
    String type = layer.getClass().getSimpleName();
    rows.add(new Row(name, type, shape, parameters() - before, flops));
    return output;
  }

  private long parameters() {
    return net.parameters().stream().mapToLong(value -> value.shape().elements()).sum();
  }
}
