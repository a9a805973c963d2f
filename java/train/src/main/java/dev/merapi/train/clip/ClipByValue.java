package dev.merapi.train.clip;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import java.util.List;

/**
 * g' = min(max(g, -limit), limit), element by element.
 *
 * <p>Source: PyTorch's {@code clip_grad_value_}.
 *
 * @param limit the largest absolute value
 */
public record ClipByValue(double limit) implements GradientClip {
  public ClipByValue {
    if (!(limit > 0)) {
      throw new IllegalArgumentException("limit must be above 0, found " + limit);
    }
  }

  @Override
  public List<Value> clip(List<Value> gradients, Value globalNorm) {
    return gradients.stream().map(g -> Ops.min(Ops.max(g, -limit), limit)).toList();
  }
}
