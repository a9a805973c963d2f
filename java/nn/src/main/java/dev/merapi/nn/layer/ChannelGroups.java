package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Net;
import dev.merapi.nn.init.Ones;
import dev.merapi.nn.init.Zeros;
import java.util.stream.IntStream;

/**
 * What group and instance normalization share. Means are taken of channels first and then of groups
 * of channels, so that images need not be moved where their channels lie last.
 */
final class ChannelGroups {
  private ChannelGroups() {}

  /** x [N, C, ...] with mean 0 and variance 1 in each group of channels of each sample. */
  static Value standardize(String layer, Value x, int groups, double epsilon) {
    Shape shape = x.shape();
    GraphException.check(
        shape.rank() >= 2 && shape.dim(1) % groups == 0,
        "%s: expected [N, C, ...] with a multiple of %d channels, found %s",
        layer,
        groups,
        shape);
    Value centered = Ops.sub(x, mean(x, groups));
    Value variance = mean(Ops.square(centered), groups);
    return Ops.mul(centered, Ops.rsqrt(Ops.add(variance, epsilon)));
  }

  /** The mean of each group at each of its channels: [N, C, 1, ...]. */
  private static Value mean(Value x, int groups) {
    Shape shape = x.shape();
    int samples = shape.dim(0);
    int channels = shape.dim(1);
    Value ofChannels =
        shape.rank() == 2 ? x : Ops.mean(x, IntStream.range(2, shape.rank()).toArray());
    Value mean = ofChannels;
    if (groups < channels) {
      Value parted = Ops.reshape(ofChannels, samples, groups, channels / groups);
      mean = Ops.broadcast(Ops.meanKeepDims(parted, 2), parted.shape());
    }
    int[] dims = IntStream.generate(() -> 1).limit(shape.rank()).toArray();
    dims[0] = samples;
    dims[1] = channels;
    return Ops.reshape(mean, dims);
  }

  /** With variables {@code weight} and {@code bias} of each channel. */
  static Value scaleAndShift(Net net, Value standard) {
    Shape channels = Shape.of(standard.shape().dim(1));
    Value weight = net.parameter("weight", channels, new Ones());
    Value bias = net.parameter("bias", channels, new Zeros());
    Value scaled = Ops.mul(standard, PerChannel.of(weight, standard));
    return Ops.add(scaled, PerChannel.of(bias, standard));
  }
}
