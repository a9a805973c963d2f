package dev.merapi.core.graph;

import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** An op applied to values, at a place in the model. */
public final class Node {
  private final Graph graph;
  private final int id;
  private final String path;
  private final Op op;
  private final List<Value> inputs;
  private final List<Value> outputs;

  Node(Graph graph, int id, String path, Op op, List<Value> inputs, List<TensorType> types) {
    this.graph = graph;
    this.id = id;
    this.path = path;
    this.op = op;
    this.inputs = List.copyOf(inputs);
    List<Value> values = new ArrayList<>(types.size());
    for (int i = 0; i < types.size(); i++) {
      values.add(new Value(this, i, types.get(i)));
    }
    this.outputs = Collections.unmodifiableList(values);
  }

  public Graph graph() {
    return graph;
  }

  /** The position in the graph; inputs have smaller ones. */
  public int id() {
    return id;
  }

  /** Where in the model this node was made, such as {@code lenet5/conv2}. */
  public String path() {
    return path;
  }

  public Op op() {
    return op;
  }

  public List<Value> inputs() {
    return inputs;
  }

  public List<Value> outputs() {
    return outputs;
  }

  public Value output(int index) {
    return outputs.get(index);
  }

  /** The types of the inputs, in order. */
  public List<TensorType> inputTypes() {
    return inputs.stream().map(Value::type).toList();
  }

  /** The types of the outputs, in order. */
  public List<TensorType> outputTypes() {
    return outputs.stream().map(Value::type).toList();
  }

  /** Whether running this node changes a variable, so that it is kept though nobody reads it. */
  public boolean hasEffect() {
    return op instanceof State state && state.writes();
  }

  @Override
  public String toString() {
    return "%" + id + " " + op.name() + (path.isEmpty() ? "" : " at " + path);
  }
}
