package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;
import java.util.List;

/** A layer without variables that makes one value of several; of a single one it makes that. */
public interface Merge extends Layer {
  /**
   * The values as one.
   *
   * @param values at least one
   * @throws dev.merapi.core.graph.GraphException when they do not fit each other
   */
  Value merge(List<Value> values);

  @Override
  default Value build(Net net, Value x) {
    return merge(List.of(x));
  }
}
