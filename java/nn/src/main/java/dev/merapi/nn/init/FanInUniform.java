package dev.merapi.nn.init;

/**
 * Uniform numbers within 1 / sqrt(fanIn), of variance 1 / (3 fanIn): what dense and convolution
 * layers begin with, weights and biases, as in PyTorch (there written as Kaiming uniform of slope
 * sqrt(5)).
 *
 * <p>Source: equation 1 of Glorot and Bengio, AISTATS 2010, "the commonly used heuristic".
 */
public record FanInUniform() implements FanScaled {
  @Override
  public Initializer scaledBy(Fans fans) {
    return Uniform.within(1 / Math.sqrt(fans.in()));
  }
}
