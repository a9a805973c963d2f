package dev.merapi.core.op.source;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Source;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/** A tensor that the caller gives anew for each run, by name. */
public record Input(String inputName, TensorType type) implements Source {
  public static Value of(Graph graph, String name, TensorType type) {
    return graph.apply(new Input(name, type));
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    return List.of(type);
  }
}
