package dev.merapi.core.graph;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;

/** One output of a node: a tensor that a program will compute. */
public final class Value {
  private final Node node;
  private final int index;
  private final TensorType type;

  Value(Node node, int index, TensorType type) {
    this.node = node;
    this.index = index;
    this.type = type;
  }

  /** The node that computes this value. */
  public Node node() {
    return node;
  }

  /** Which output of the node this is. */
  public int index() {
    return index;
  }

  public TensorType type() {
    return type;
  }

  public Shape shape() {
    return type.shape();
  }

  public DType dtype() {
    return type.dtype();
  }

  public Graph graph() {
    return node.graph();
  }

  /** The op of the node that computes this value. */
  public Op op() {
    return node.op();
  }

  /** The name in printed graphs: {@code %node} or {@code %node.index}. */
  @Override
  public String toString() {
    return "%" + node.id() + (node.outputs().size() > 1 ? "." + index : "");
  }
}
