package dev.merapi.core.op.recurrent;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Recurrent;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What stands for an input while the body of a {@link Scan} is being built. It has no value, so no
 * program may need it.
 *
 * @param scope tells the bodies of a graph apart, also when one is within another
 * @param index which input of the body
 * @param type of the value that it stands for
 */
public record Placeholder(int scope, int index, TensorType type) implements Recurrent {
  /** New ones in a graph, for values of these types. */
  static List<Value> of(Graph graph, List<TensorType> types) {
    int scope = graph.nodes().size();
    List<Value> values = new ArrayList<>();
    for (TensorType type : types) {
      values.add(graph.apply(new Placeholder(scope, values.size(), type)));
    }
    return values;
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    return List.of(type);
  }

  @Override
  public Optional<List<Value>> decompose(List<Value> inputs) {
    throw new GraphException("a value of a scan's body is used outside of it");
  }
}
