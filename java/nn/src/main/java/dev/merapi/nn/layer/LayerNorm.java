package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;
import dev.merapi.nn.init.Ones;
import dev.merapi.nn.init.Zeros;

/**
 * Layer normalization: y = (x - mean) / sqrt(variance + epsilon) * weight + bias, with mean and
 * biased variance of each sample over its last axes, for x and y of one shape. Source: Ba, Kiros
 * and Hinton, arXiv 1607.06450, 2016.
 *
 * <p>Variables, of the shape of those axes: {@code weight}, at first 1, and {@code bias}, at first
 * 0.
 *
 * @param axes how many of the last axes are normalized, at least 1
 * @param epsilon what is added to the variance
 */
public record LayerNorm(@Default("1") int axes, @Default("1e-5") double epsilon) implements Layer {
  public LayerNorm {
    GraphException.check(axes >= 1, "layerNorm: axes must be at least 1, found %d", axes);
  }

  /** Over the last axis. */
  public LayerNorm() {
    this(1, 1e-5);
  }

  public LayerNorm axes(int axes) {
    return new LayerNorm(axes, epsilon);
  }

  public LayerNorm epsilon(double epsilon) {
    return new LayerNorm(axes, epsilon);
  }

  @Override
  public Value build(Net net, Value x) {
    int rank = x.shape().rank();
    GraphException.check(
        axes < rank,
        "layerNorm: expected the batch axis and %d to normalize, found %s",
        axes,
        x.shape());
    Shape shape = x.shape().slice(rank - axes, rank);
    Value weight = net.parameter("weight", shape, new Ones());
    Value bias = net.parameter("bias", shape, new Zeros());
    return Ops.layerNorm(x, weight, bias, epsilon);
  }
}
