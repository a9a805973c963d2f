package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;

/**
 * Instance normalization: y = (x - mean) / sqrt(variance + epsilon), with mean and biased variance
 * of each channel of each sample over all places; where affine, y * weight + bias.
 *
 * <p>x [N, C, ...] with at least one axis of places, and y of the same shape; nothing depends on
 * the batch. Variables, where affine, both [C]: {@code weight}, at first 1, and {@code bias}, at
 * first 0. Source: Ulyanov, Vedaldi and Lempitsky, "Instance normalization", arXiv 1607.08022,
 * 2016.
 *
 * @param affine whether a learned scale and bias follow
 * @param epsilon what is added to the variance
 */
public record InstanceNorm(@Default("false") boolean affine, @Default("1e-5") double epsilon)
    implements Layer {
  /** With PyTorch's constants, not affine. */
  public InstanceNorm() {
    this(false, 1e-5);
  }

  public InstanceNorm affine(boolean affine) {
    return new InstanceNorm(affine, epsilon);
  }

  public InstanceNorm epsilon(double epsilon) {
    return new InstanceNorm(affine, epsilon);
  }

  @Override
  public Value build(Net net, Value x) {
    GraphException.check(
        x.shape().rank() >= 3, "instanceNorm: expected [N, C, ...], found %s", x.shape());
    Value standard =
        ChannelGroups.standardize("instanceNorm", x, Math.max(1, x.shape().dim(1)), epsilon);
    return affine ? ChannelGroups.scaleAndShift(net, standard) : standard;
  }
}
