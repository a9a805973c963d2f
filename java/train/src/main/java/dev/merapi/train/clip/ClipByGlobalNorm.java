package dev.merapi.train.clip;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Constant;
import java.util.List;

/**
 * g' = g min(1, maxNorm / (norm + 1e-6)), where the norm is that of all gradients together, so that
 * their direction stays.
 *
 * <p>Source: Pascanu et al., "On the difficulty of training recurrent neural networks", 2013;
 * PyTorch's {@code clip_grad_norm_}.
 *
 * @param maxNorm the largest norm that is left as it is
 */
public record ClipByGlobalNorm(double maxNorm) implements GradientClip {
  public ClipByGlobalNorm {
    if (!(maxNorm > 0)) {
      throw new IllegalArgumentException("maxNorm must be above 0, found " + maxNorm);
    }
  }

  @Override
  public List<Value> clip(List<Value> gradients, Value globalNorm) {
    Value limit = Constant.scalar(globalNorm.graph(), globalNorm.dtype(), maxNorm);
    Value factor = Ops.min(Ops.div(limit, Ops.add(globalNorm, 1e-6)), 1);
    return gradients.stream().map(g -> Ops.mul(g, Ops.cast(factor, g.dtype()))).toList();
  }
}
