package dev.merapi.train.optimizer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.movement.Concat;
import dev.merapi.core.op.movement.Reshape;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/** All parameters one after the other as one vector, for methods that act on them together. */
record ParameterVector(List<Parameter> parameters) {
  /** How many numbers there are. */
  int size() {
    return parameters.stream().mapToInt(p -> p.value().shape().elements()).sum();
  }

  /** The vector's type. */
  TensorType type() {
    return parameters.get(0).value().type().withShape(Shape.of(size()));
  }

  /** The parameters before the step. */
  Value values() {
    return join(parameters.stream().map(Parameter::value).toList());
  }

  /** Their gradients. */
  Value grads() {
    return join(parameters.stream().map(Parameter::grad).toList());
  }

  /** One vector of values that are shaped as the parameters. */
  static Value join(List<Value> values) {
    List<Value> flat = new ArrayList<>();
    for (Value value : values) {
      flat.add(Reshape.of(value, Shape.of(value.shape().elements())));
    }
    return Concat.of(0, flat);
  }

  /** A vector's parts, shaped as the parameters. */
  List<Value> split(Value vector) {
    List<Value> parts = new ArrayList<>();
    int start = 0;
    for (Parameter p : parameters) {
      Shape shape = p.value().shape();
      int end = start + shape.elements();
      parts.add(Reshape.of(Ops.slice(vector, List.of(start), List.of(end)), shape));
      start = end;
    }
    return parts;
  }

  static Value dot(Value a, Value b) {
    return Ops.sum(Ops.mul(a, b));
  }
}
