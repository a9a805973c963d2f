package dev.merapi.nn.layer;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.div;
import static dev.merapi.core.op.Ops.max;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.square;
import static dev.merapi.core.op.Ops.sub;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;
import dev.merapi.nn.init.Ones;
import dev.merapi.nn.init.Zeros;
import java.util.List;

/**
 * Batch normalization: y = (x - mean) / sqrt(variance + epsilon) * weight + bias for each channel
 * of x [N, C, ...], and y of the same shape.
 *
 * <p>While training, mean and biased variance are those of the batch, and the buffers follow them:
 * running = (1 - momentum) running + momentum batch, with the unbiased variance, as in PyTorch.
 * Else, and where the layer is frozen, they are the buffers. Variables, all [C]: {@code weight} and
 * {@code bias}, at first 1 and 0; buffers {@code runningMean} and {@code runningVariance}, at first
 * 0 and 1. Source: Ioffe and Szegedy, ICML 2015.
 *
 * @param epsilon what is added to the variance
 * @param momentum how much of a batch's statistics goes into the running ones, in [0, 1]
 */
public record BatchNorm(@Default("1e-5") double epsilon, @Default("0.1") double momentum)
    implements Layer {
  public BatchNorm {
    GraphException.check(
        momentum >= 0 && momentum <= 1,
        "batchNorm: momentum must be in [0, 1], found %s",
        momentum);
  }

  /** With PyTorch's constants. */
  public BatchNorm() {
    this(1e-5, 0.1);
  }

  public BatchNorm epsilon(double epsilon) {
    return new BatchNorm(epsilon, momentum);
  }

  public BatchNorm momentum(double momentum) {
    return new BatchNorm(epsilon, momentum);
  }

  @Override
  public Value build(Net net, Value x) {
    GraphException.check(
        x.shape().rank() >= 2, "batchNorm: expected [N, C, ...], found %s", x.shape());
    Shape channels = Shape.of(x.shape().dim(1));
    Value weight = net.parameter("weight", channels, new Ones());
    Value bias = net.parameter("bias", channels, new Zeros());
    Value mean = net.buffer("runningMean", channels, new Zeros());
    Value variance = net.buffer("runningVariance", channels, new Ones());
    if (!net.training() || net.frozen()) {
      return Ops.batchNormInference(x, weight, bias, mean, variance, epsilon);
    }
    int count = x.shape().elements() / Math.max(1, channels.elements());
    GraphException.check(
        count > 1,
        "batchNorm: training needs more than one value per channel, found %s",
        x.shape());
    List<Value> outputs = Ops.batchNorm(x, weight, bias, epsilon);
    Value batchVariance = unbiased(outputs.get(2), count);
    net.update(mean, moved(net.latest(mean), outputs.get(1)));
    net.update(variance, moved(net.latest(variance), batchVariance));
    return outputs.get(0);
  }

  /** The running value moved towards the batch's. */
  private Value moved(Value running, Value batch) {
    return add(mul(running, 1 - momentum), mul(batch, momentum));
  }

  /** The unbiased variance from 1 / sqrt(biased variance + epsilon); never negative by rounding. */
  private Value unbiased(Value invStd, double count) {
    Value one = Constant.of(invStd.graph(), invStd.type(), 1);
    Value biased = max(sub(div(one, square(invStd)), epsilon), 0);
    return mul(biased, count / (count - 1));
  }
}
