package dev.merapi.train.tensorboard;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Net;
import dev.merapi.train.TrainingConfig;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The forward pass of a model as a {@code GraphDef}: a node per op, in its layer's scope. */
final class ModelGraph {
  private final Message message = new Message();
  private final Map<Node, String> names = new HashMap<>();
  private final Set<String> used = new HashSet<>();

  private ModelGraph(Graph graph) {
    graph.nodes().forEach(this::add);
    message.message(4, new Message().number(1, 22L)); // versions: producer
  }

  /**
   * For batches of the configured size, or one sample where that is all, of inputs of these types.
   */
  static Message of(TrainingConfig config, List<TensorType> types) {
    Graph graph = new Graph(config.name(), config.seed());
    Net net = new Net(graph, config.dtype(), false);
    List<Value> inputs = new ArrayList<>();
    for (TensorType type : types) {
      DType dtype = type.dtype() == DType.I32 ? DType.I32 : config.dtype();
      Shape batch = Shape.of(config.batchOf(1)).concat(type.shape());
      String name = inputs.isEmpty() ? "inputs" : "inputs" + (inputs.size() + 1);
      inputs.add(Input.of(graph, name, new TensorType(dtype, batch)));
    }
    graph.at(graph.path(), () -> config.model().build(net, inputs));
    return new ModelGraph(graph).message;
  }

  private void add(Node node) {
    Message definition = new Message().text(1, name(node)).text(2, node.op().name());
    for (Value input : node.inputs()) {
      String name = names.get(input.node());
      definition.text(3, input.index() == 0 ? name : name + ":" + input.index());
    }
    String attributes = node.op().toString();
    definition.message(5, attribute("op", new Message().bytes(2, utf8(attributes))));
    Message shapes = new Message();
    node.outputTypes().forEach(type -> shapes.message(7, shape(type.shape())));
    definition.message(5, attribute("_output_shapes", new Message().message(1, shapes)));
    message.message(1, definition);
  }

  private String name(Node node) {
    String last = node.op().name();
    if (node.op() instanceof Variable variable) {
      last = variable.path().substring(variable.path().lastIndexOf('.') + 1);
    } else if (node.op() instanceof Input input) {
      last = input.inputName();
    }
    String wanted = scope(node.path()) + last;
    String name = wanted;
    for (int i = 1; !used.add(name); i++) {
      name = wanted + "_" + i;
    }
    names.put(node, name);
    return name;
  }

  /** A path without the model's name: a page begins with the layers then. */
  private static String scope(String path) {
    int model = path.indexOf('/');
    return model < 0 ? "" : path.substring(model + 1) + "/";
  }

  /** An entry of the map {@code attr}. */
  private static Message attribute(String key, Message value) {
    return new Message().text(1, key).message(2, value);
  }

  private static Message shape(Shape shape) {
    Message message = new Message();
    for (int size : shape.toArray()) {
      message.message(2, new Message().number(1, (long) size));
    }
    return message;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
