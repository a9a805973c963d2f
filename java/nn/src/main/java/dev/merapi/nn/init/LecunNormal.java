package dev.merapi.nn.init;

/**
 * Normal numbers of mean 0 and variance 1 / fanIn.
 *
 * <p>Source: LeCun, Bottou, Orr and Müller, "Efficient BackProp", 1998.
 */
public record LecunNormal() implements FanScaled {
  @Override
  public Initializer scaledBy(Fans fans) {
    return Normal.ofVariance(1.0 / fans.in());
  }
}
