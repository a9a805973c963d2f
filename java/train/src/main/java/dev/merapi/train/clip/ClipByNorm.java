package dev.merapi.train.clip;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Constant;
import java.util.List;

/**
 * g' = g min(1, maxNorm / (norm + 1e-6)), where the norm is that of one parameter's gradient, so
 * that each parameter's direction stays.
 *
 * <p>The factors differ from parameter to parameter, so that the updates are as many kernels.
 * Source: Mikolov, "Statistical language models based on neural networks", 2012, as TensorFlow's
 * {@code clip_by_norm}; the 1e-6 is that of PyTorch's {@code clip_grad_norm_}.
 *
 * @param maxNorm the largest norm that is left as it is
 */
public record ClipByNorm(double maxNorm) implements GradientClip {
  public ClipByNorm {
    if (!(maxNorm > 0)) {
      throw new IllegalArgumentException("maxNorm must be above 0, found " + maxNorm);
    }
  }

  @Override
  public List<Value> clip(List<Value> gradients, Value globalNorm) {
    return gradients.stream().map(this::clip).toList();
  }

  private Value clip(Value gradient) {
    Value norm = Ops.sqrt(Ops.sumOfSquares(List.of(gradient)));
    Value limit = Constant.scalar(gradient.graph(), gradient.dtype(), maxNorm);
    return Ops.mul(gradient, Ops.min(Ops.div(limit, Ops.add(norm, 1e-6)), 1));
  }
}
