package dev.merapi.core.op.state;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.State;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/** The value that a variable had before the program ran. */
public record Variable(String path, TensorType type) implements State {
  public static Value of(Graph graph, String path, TensorType type) {
    return graph.apply(new Variable(path, type));
  }

  @Override
  public boolean writes() {
    return false;
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    return List.of(type);
  }
}
