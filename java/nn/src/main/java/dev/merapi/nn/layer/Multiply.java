package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Merge;
import dev.merapi.nn.Net;
import java.util.List;

/**
 * The elementwise product of values: y = x_1 * x_2 * ..., of equal shapes or shapes that broadcast
 * as in NumPy. Source: the gates of Hochreiter and Schmidhuber, Neural Computation 9(8), 1997.
 */
public record Multiply() implements Merge {
  @Override
  public Value merge(Net net, List<Value> inputs) {
    return inputs.stream().reduce(Ops::mul).orElseThrow();
  }
}
