package dev.merapi.nn.loss;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;

/**
 * Squared error of the textbooks: the squares are summed up over the outputs k, and the mean is
 * taken over the N samples n.
 *
 * <pre>
 * loss = 1/N sum_n 1/2 sum_k (prediction_nk - target_nk)^2
 * </pre>
 *
 * <p>With the 1/2 the gradient by an output is the plain difference. {@link MeanSquaredError} is
 * the mean over the outputs k as well, without the 1/2. Prediction and target: one type and shape
 * [N, ...]. Source: Bishop, Pattern Recognition and Machine Learning, 2006, equation 5.14.
 *
 * @param half whether there is the 1/2
 */
public record SquaredError(@Default("true") boolean half) implements Loss {
  /** With the 1/2. */
  public SquaredError() {
    this(true);
  }

  public SquaredError half(boolean half) {
    return new SquaredError(half);
  }

  @Override
  public Value build(Value prediction, Value target) {
    SameShape.check("squaredError", prediction, target);
    int samples = prediction.shape().dim(0);
    Value sum = Ops.sum(Ops.square(Ops.sub(prediction, target)));
    return Ops.mul(sum, (half ? 0.5 : 1) / samples);
  }
}
