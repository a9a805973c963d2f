package dev.merapi.explain;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import dev.merapi.train.TrainingConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model as it predicts, in a graph of its own, and what each of its layers gives. Dropout drops
 * nothing, batch normalization has its running statistics, and carried states are zeros.
 *
 * @param config what was built
 * @param net the model's variables
 * @param inputs what the model is applied to, [N, ...]: bytes have become numbers from 0 to 1
 * @param outputs the model's; the first is the prediction
 * @param layers by path, without those that give what another one gave before: a dropout, and what
 *     is only a row of other layers
 */
record BuiltModel(
    TrainingConfig config,
    Net net,
    List<Value> inputs,
    Outputs outputs,
    Map<String, Net.Built> layers) {
  static final String INPUTS = "inputs";
  static final String TARGETS = "targets";

  /**
   * Builds the model for a batch.
   *
   * @param samples the types of one sample's inputs
   * @throws GraphException when it does not fit the samples, or gives no prediction for each
   */
  static BuiltModel build(TrainingConfig config, List<TensorType> samples, int batch) {
    Graph graph = new Graph(config.name(), config.seed());
    Net net = new Net(graph, config.dtype(), false);
    List<Value> inputs = new ArrayList<>();
    for (TensorType sample : samples) {
      Value raw = Input.of(graph, name(INPUTS, inputs.size()), batched(sample, batch));
      Value numbers = sample.dtype() == DType.I32 ? raw : Ops.cast(raw, config.dtype());
      inputs.add(sample.dtype() == DType.U8 ? Ops.div(numbers, 255) : numbers);
    }
    Outputs outputs = graph.at(graph.path(), () -> config.model().build(net, inputs));
    Value prediction = outputs.first();
    GraphException.check(
        prediction.shape().rank() > 0 && prediction.shape().dim(0) == batch,
        "%s: expected predictions [%d, ...] for %d samples, found %s",
        config.name(),
        batch,
        batch,
        prediction.type());
    return new BuiltModel(config, net, List.copyOf(inputs), outputs, distinct(net, inputs));
  }

  /** The name of one of several tensors. */
  static String name(String which, int index) {
    return index == 0 ? which : which + (index + 1);
  }

  /** Tensors by their names. */
  static Map<String, HostTensor> named(String which, List<HostTensor> tensors) {
    Map<String, HostTensor> named = new LinkedHashMap<>();
    tensors.forEach(tensor -> named.put(name(which, named.size()), tensor));
    return named;
  }

  static TensorType batched(TensorType sample, int batch) {
    return sample.withShape(Shape.of(batch).concat(sample.shape()));
  }

  private static Map<String, Net.Built> distinct(Net net, List<Value> inputs) {
    Map<Value, Net.Built> first = new LinkedHashMap<>();
    for (Net.Built built : net.built()) {
      if (!inputs.contains(built.output()) && built.output().dtype().isFloating()) {
        first.putIfAbsent(built.output(), built);
      }
    }
    Map<String, Net.Built> layers = new LinkedHashMap<>();
    for (Net.Built built : first.values()) {
      String path = built.path();
      for (int use = 2; layers.containsKey(path); use++) {
        path = built.path() + "#" + use; // a layer that is used several times
      }
      layers.put(path, built);
    }
    return layers;
  }

  Graph graph() {
    return net.graph();
  }

  Value prediction() {
    return outputs.first();
  }

  /** The loss of the batch, whose targets, of these types for the batch, become inputs. */
  Value loss(List<TensorType> types) {
    List<Value> targets = new ArrayList<>();
    for (TensorType type : types) {
      Value raw = Input.of(graph(), name(TARGETS, targets.size()), type);
      targets.add(type.dtype().isFloating() ? Ops.cast(raw, config.dtype()) : raw);
    }
    return graph().within("loss", () -> config.loss().build(outputs, targets));
  }
}
