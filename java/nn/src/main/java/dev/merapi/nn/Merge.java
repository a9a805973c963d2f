package dev.merapi.nn;

import dev.merapi.core.graph.Value;
import java.util.List;

/** A layer that makes one value of several, such as their sum; of a single one it makes that. */
@FunctionalInterface
public interface Merge extends MultiLayer {
  /**
   * Builds this layer.
   *
   * @param inputs at least one, in the order in which a model names them
   * @throws dev.merapi.core.graph.GraphException when they do not fit each other
   */
  Value merge(Net net, List<Value> inputs);

  @Override
  default Outputs build(Net net, List<Value> inputs) {
    return Outputs.of(merge(net, inputs));
  }
}
