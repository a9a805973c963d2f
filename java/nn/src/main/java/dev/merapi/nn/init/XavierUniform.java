package dev.merapi.nn.init;

/**
 * Uniform numbers of mean 0 and variance 2 / (fanIn + fanOut): within sqrt(6 / (fanIn + fanOut)).
 *
 * <p>Source: Glorot and Bengio, AISTATS 2010; Keras calls it Glorot.
 */
public record XavierUniform() implements FanScaled {
  @Override
  public Initializer scaledBy(Fans fans) {
    return Uniform.ofVariance(2.0 / (fans.in() + fans.out()));
  }
}
