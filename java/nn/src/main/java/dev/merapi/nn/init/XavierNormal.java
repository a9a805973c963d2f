package dev.merapi.nn.init;

/**
 * Normal numbers of mean 0 and variance 2 / (fanIn + fanOut).
 *
 * <p>Source: Glorot and Bengio, AISTATS 2010; Keras calls it Glorot.
 */
public record XavierNormal() implements FanScaled {
  @Override
  public Initializer scaledBy(Fans fans) {
    return Normal.ofVariance(2.0 / (fans.in() + fans.out()));
  }
}
