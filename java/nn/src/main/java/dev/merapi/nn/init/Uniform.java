package dev.merapi.nn.init;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;
import java.util.stream.IntStream;

/**
 * Uniform numbers of [low, high).
 *
 * @param low the smallest number
 * @param high what all are below
 */
public record Uniform(@Default("-0.05") double low, @Default("0.05") double high)
    implements Initializer {
  public Uniform {
    GraphException.check(low <= high, "uniform: low %s is above high %s", low, high);
  }

  /** Uniform numbers of [-bound, bound). */
  static Uniform within(double bound) {
    return new Uniform(-bound, bound);
  }

  /** Uniform numbers of mean 0 and this variance: a bound of sqrt(3 * variance). */
  static Uniform ofVariance(double variance) {
    return within(Math.sqrt(3 * variance));
  }

  @Override
  public HostTensor create(TensorType type, Philox.Key key) {
    HostTensor tensor = HostTensor.zeros(type);
    double range = high - low;
    IntStream.range(0, tensor.elements())
        .parallel()
        .forEach(i -> tensor.set(i, low + range * Philox.uniform(Philox.bits(key, i, 0, 0))));
    return tensor;
  }
}
