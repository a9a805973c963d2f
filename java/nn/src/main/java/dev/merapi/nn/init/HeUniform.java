package dev.merapi.nn.init;

import dev.merapi.nn.Default;

/**
 * Uniform numbers of mean 0 and variance 2 / ((1 + slope^2) fanIn): within sqrt(3) times its root.
 *
 * <p>Source: He, Zhang, Ren and Sun, "Delving deep into rectifiers", ICCV 2015; PyTorch calls it
 * Kaiming.
 *
 * @param slope the slope below 0 of the rectifier that follows; 0 for ReLU
 */
public record HeUniform(@Default("0") double slope) implements FanScaled {
  /** For ReLU. */
  public HeUniform() {
    this(0);
  }

  @Override
  public Initializer scaledBy(Fans fans) {
    return Uniform.ofVariance(2 / ((1 + slope * slope) * fans.in()));
  }
}
