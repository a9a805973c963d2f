package dev.merapi.core.op.source;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Source;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/** A tensor whose elements all have one value. Other fixed tensors are variables. */
public record Constant(TensorType type, double value) implements Source {
  public Constant {
    value = type.dtype().convert(value);
  }

  public static Value of(Graph graph, TensorType type, double value) {
    return graph.apply(new Constant(type, value));
  }

  public static Value scalar(Graph graph, DType dtype, double value) {
    return of(graph, TensorType.scalar(dtype), value);
  }

  /** The value of all elements when this value is a constant; else null. */
  public static Double splat(Value value) {
    return value.op() instanceof Constant constant ? (Double) constant.value : null;
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    return List.of(type);
  }
}
