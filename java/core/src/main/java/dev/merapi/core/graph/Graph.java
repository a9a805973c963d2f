package dev.merapi.core.graph;

import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * A program being built: nodes in an order in which inputs come first, and named outputs.
 *
 * <p>{@link #apply} is the only way to make a node. It infers the types, so a shape that does not
 * fit is an error where the layer is built, and it gives the existing node when the same op was
 * applied to the same values before.
 */
public final class Graph {
  private final String name;
  private final long seed;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<NodeKey, Node> interned = new HashMap<>();
  private final Map<String, Value> outputs = new LinkedHashMap<>();
  private final Map<String, Integer> randomOrdinals = new HashMap<>();
  private String path;

  private record NodeKey(Op op, List<Value> inputs) {}

  /**
   * An empty graph.
   *
   * @param name the root of all paths, usually the model's name; may be empty
   * @param seed what the random ops are keyed by
   */
  public Graph(String name, long seed) {
    this.name = Objects.requireNonNull(name, "name");
    this.path = name;
    this.seed = seed;
  }

  public String name() {
    return name;
  }

  public long seed() {
    return seed;
  }

  /** The nodes, inputs before users. */
  public List<Node> nodes() {
    return Collections.unmodifiableList(nodes);
  }

  /** The named results, in the order in which they were named. */
  public Map<String, Value> outputs() {
    return Collections.unmodifiableMap(outputs);
  }

  /** The path that new nodes get. */
  public String path() {
    return path;
  }

  /** Builds a part of the model, whose nodes get a longer path: {@code lenet5/conv2}. */
  public <T> T within(String part, Supplier<T> build) {
    return at(path.isEmpty() ? part : path + "/" + part, build);
  }

  /**
   * Builds nodes that get this path. What goes wrong on the way says where: the innermost path is
   * put before the message.
   */
  public <T> T at(String absolutePath, Supplier<T> build) {
    String before = path;
    path = absolutePath;
    try {
      return build.get();
    } catch (IllegalArgumentException e) {
      throw GraphException.at(path, e);
    } finally {
      path = before;
    }
  }

  /** Names a value as a result of the program. */
  public void output(String outputName, Value value) {
    requireOwn(value);
    if (outputs.putIfAbsent(outputName, value) != null) {
      throw located("two outputs are named " + outputName);
    }
  }

  /** Applies an op that has one output. */
  public Value apply(Op op, Value... inputs) {
    List<Value> values = applyAll(op, List.of(inputs));
    if (values.size() != 1) {
      throw located(op.name() + " has " + values.size() + " outputs, not 1");
    }
    return values.get(0);
  }

  /**
   * Applies an op and gives all its outputs.
   *
   * @throws GraphException when the inputs do not fit, with the path and the op's name
   */
  public List<Value> applyAll(Op op, List<Value> inputs) {
    inputs.forEach(this::requireOwn);
    NodeKey key = new NodeKey(op, List.copyOf(inputs));
    Node node = interned.get(key);
    if (node == null) {
      node = new Node(this, nodes.size(), path, op, inputs, infer(op, inputs));
      nodes.add(node);
      interned.put(key, node);
    }
    return node.outputs();
  }

  private List<TensorType> infer(Op op, List<Value> inputs) {
    try {
      return op.inferTypes(inputs.stream().map(Value::type).toList());
    } catch (IllegalArgumentException e) {
      throw GraphException.at(path, new GraphException(op.name() + ": " + e.getMessage(), e));
    }
  }

  /** A fresh random key for the current path: the first one here, the second one, ... */
  public Philox.Key randomKey() {
    int ordinal = randomOrdinals.merge(path, 1, Integer::sum) - 1;
    return Philox.Key.of(seed, path, ordinal);
  }

  private void requireOwn(Value value) {
    if (value.graph() != this) {
      throw located(value + " belongs to another graph");
    }
  }

  private GraphException located(String message) {
    return GraphException.at(path, new GraphException(message));
  }

  /** The nodes as text, one a line. */
  @Override
  public String toString() {
    return GraphPrinter.text(this);
  }
}
