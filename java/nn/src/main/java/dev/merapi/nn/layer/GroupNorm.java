package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;

/**
 * Group normalization: y = (x - mean) / sqrt(variance + epsilon) * weight + bias, with mean and
 * biased variance of each sample over a group of neighbouring channels and all places.
 *
 * <p>x [N, C, ...] and y of the same shape; nothing depends on the batch. Variables, both [C]:
 * {@code weight}, at first 1, and {@code bias}, at first 0. Source: Wu and He, "Group
 * normalization", ECCV 2018.
 *
 * @param groups the number of groups, at least 1; C is a multiple of it
 * @param epsilon what is added to the variance
 */
public record GroupNorm(int groups, @Default("1e-5") double epsilon) implements Layer {
  public GroupNorm {
    GraphException.check(groups >= 1, "groupNorm: groups must be at least 1, found %d", groups);
  }

  /** With PyTorch's constant. */
  public GroupNorm(int groups) {
    this(groups, 1e-5);
  }

  public GroupNorm epsilon(double epsilon) {
    return new GroupNorm(groups, epsilon);
  }

  @Override
  public Value build(Net net, Value x) {
    Value standard = ChannelGroups.standardize("groupNorm", x, groups, epsilon);
    return ChannelGroups.scaleAndShift(net, standard);
  }
}
