package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;
import java.util.List;

/**
 * Reorders the axes: axis i of y is axis axes[i] of x, the batch's being axis 0.
 *
 * <p>Source: PyTorch's {@code permute}; NumPy's {@code transpose}.
 *
 * @param axes every axis of x once; negative ones count from the last
 */
public record Permute(List<Integer> axes) implements Layer {
  public Permute {
    axes = List.copyOf(axes);
  }

  @Override
  public Value build(Net net, Value x) {
    return Ops.transpose(x, axes.stream().mapToInt(Integer::intValue).toArray());
  }
}
