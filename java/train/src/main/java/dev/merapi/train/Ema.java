package dev.merapi.train;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Constant;
import dev.merapi.nn.Default;

/**
 * An exponential moving average of the weights: e = d e + (1 - d) w after each optimizer step, and
 * e = w after the first one, where d is the decay, or with a warm-up min(decay, (1 + t) / (10 + t))
 * when t steps have been taken before.
 *
 * <p>The averages are what a training is for: evaluations use them, and they are the weights that
 * it leaves; the training itself goes on with the weights that it averages, which its checkpoints
 * hold beside the averages. Buffers such as running means are not averaged, and a batch
 * normalization's are those of the weights in training. Source: Polyak and Juditsky, "Acceleration
 * of stochastic approximation by averaging", 1992; PyTorch's {@code AveragedModel} with {@code
 * get_ema_multi_avg_fn}; the warm-up is that of TensorFlow's {@code ExponentialMovingAverage}.
 *
 * @param decay how much of the average is kept in a step, at least 0 and below 1
 * @param warmUp whether the first steps keep less, so that the beginning is forgotten sooner
 */
public record Ema(@Default("0.999") double decay, @Default("false") boolean warmUp) {
  /** The slot of a parameter that holds its average. */
  private static final String SLOT = "/ema";

  /** The group of the averages. */
  static final String GROUP = "averages";

  public Ema {
    if (!(decay >= 0 && decay < 1)) {
      throw new IllegalArgumentException("decay must be at least 0 and below 1, found " + decay);
    }
  }

  /** Without a warm-up. */
  public Ema(double decay) {
    this(decay, false);
  }

  public Ema warmUp(boolean value) {
    return new Ema(decay, value);
  }

  /** The variable that holds the average of a parameter: {@code conv1.weight/ema}. */
  public static String path(String parameter) {
    return parameter + SLOT;
  }

  /** What is kept in a step, a scalar like the number of steps taken before it. */
  Value kept(Value steps) {
    Value kept = Constant.scalar(steps.graph(), steps.dtype(), decay);
    if (warmUp) {
      kept = Ops.min(Ops.div(Ops.add(steps, 1), Ops.add(steps, 10)), kept);
    }
    Value zero = Constant.scalar(steps.graph(), steps.dtype(), 0);
    return Ops.select(steps, kept, zero);
  }

  /** The average after a step. */
  static Value next(Value average, Value weight, Value kept) {
    return Ops.add(Ops.mul(average, kept), Ops.sub(weight, Ops.mul(weight, kept)));
  }
}
