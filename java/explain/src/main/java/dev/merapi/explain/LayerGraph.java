package dev.merapi.explain;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Net;
import dev.merapi.train.TrainingConfig;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A model as it predicts, in a graph of its own, and what each of its layers gives. Dropout drops
 * nothing, batch normalization has its running statistics, and carried states are zeros.
 *
 * @param config what was built
 * @param net the model's variables
 * @param input what the model is applied to, [N, ...]: bytes have become numbers from 0 to 1
 * @param prediction the model's output
 * @param layers by path, without those that give what another one gave before: a dropout, and what
 *     is only a row of other layers
 */
record LayerGraph(
    TrainingConfig config, Net net, Value input, Value prediction, Map<String, Net.Built> layers) {
  static final String INPUTS = "inputs";
  static final String TARGETS = "targets";

  /**
   * Builds the model for a batch.
   *
   * @throws GraphException when it does not fit the samples, or gives no prediction for each
   */
  static LayerGraph build(TrainingConfig config, TensorType sample, int batch) {
    Graph graph = new Graph(config.name(), config.seed());
    Net net = new Net(graph, config.dtype(), false);
    Value raw = Input.of(graph, INPUTS, batched(sample, batch));
    Value input = sample.dtype() == DType.I32 ? raw : Ops.cast(raw, config.dtype());
    Value scaled = sample.dtype() == DType.U8 ? Ops.div(input, 255) : input;
    Value prediction = graph.at(graph.path(), () -> config.model().build(net, scaled));
    GraphException.check(
        prediction.shape().rank() > 0 && prediction.shape().dim(0) == batch,
        "%s: expected predictions [%d, ...] for %d samples, found %s",
        config.name(),
        batch,
        batch,
        prediction.type());
    return new LayerGraph(config, net, scaled, prediction, distinct(net, scaled));
  }

  static TensorType batched(TensorType sample, int batch) {
    return sample.withShape(Shape.of(batch).concat(sample.shape()));
  }

  private static Map<String, Net.Built> distinct(Net net, Value input) {
    Map<Value, Net.Built> first = new LinkedHashMap<>();
    for (Net.Built built : net.built()) {
      if (built.output() != input && built.output().dtype().isFloating()) {
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

  /** The loss of the batch, whose targets become an input. */
  Value loss(TensorType target) {
    Value raw = Input.of(graph(), TARGETS, batched(target, prediction.shape().dim(0)));
    Value targets = target.dtype().isFloating() ? Ops.cast(raw, config.dtype()) : raw;
    return graph().within("loss", () -> config.loss().build(prediction, targets));
  }
}
