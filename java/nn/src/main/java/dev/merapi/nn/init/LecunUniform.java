package dev.merapi.nn.init;

/**
 * Uniform numbers of mean 0 and variance 1 / fanIn: within sqrt(3 / fanIn).
 *
 * <p>Source: LeCun, Bottou, Orr and Müller, "Efficient BackProp", 1998.
 */
public record LecunUniform() implements FanScaled {
  @Override
  public Initializer scaledBy(Fans fans) {
    return Uniform.ofVariance(1.0 / fans.in());
  }
}
