package dev.merapi.nn;

import dev.merapi.core.graph.Value;
import java.util.List;

/**
 * A layer or model of several inputs or several outputs.
 *
 * <p>It implements {@link #build(Net, List)}. One that has a single output is a {@link Merge}.
 */
@FunctionalInterface
public interface MultiLayer extends Layer {
  @Override
  Outputs build(Net net, List<Value> inputs);

  /** The first output for one input. */
  @Override
  default Value build(Net net, Value x) {
    return build(net, List.of(x)).first();
  }
}
