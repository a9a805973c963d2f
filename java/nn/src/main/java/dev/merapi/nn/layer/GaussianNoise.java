package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;

/**
 * Noise on the input while training: y = x + stdDev n with n from the standard normal distribution,
 * fresh for each element and step; else y = x.
 *
 * <p>Takes and gives any shape. Source: Bishop, "Training with noise is equivalent to Tikhonov
 * regularization", 1995; Keras's {@code GaussianNoise}.
 *
 * @param stdDev the noise's standard deviation, at least 0
 */
public record GaussianNoise(@Default("0.1") double stdDev) implements Layer {
  public GaussianNoise {
    GraphException.check(
        stdDev >= 0 && stdDev < Double.POSITIVE_INFINITY,
        "gaussianNoise: stdDev must be at least 0, found %s",
        stdDev);
  }

  /** With a standard deviation of 0.1. */
  public GaussianNoise() {
    this(0.1);
  }

  @Override
  public Value build(Net net, Value x) {
    return net.training() && stdDev > 0
        ? Ops.add(x, Ops.mul(Ops.randomNormal(net.graph(), x.shape(), x.dtype()), stdDev))
        : x;
  }
}
