package dev.merapi.nn.init;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;
import java.util.stream.IntStream;

/**
 * Normal numbers of a mean and a standard deviation.
 *
 * @param mean of the numbers
 * @param std their standard deviation
 */
public record Normal(@Default("0") double mean, @Default("0.05") double std)
    implements Initializer {
  public Normal {
    GraphException.check(std >= 0, "normal: std must be at least 0, found %s", std);
  }

  /** Normal numbers of mean 0 and this variance. */
  static Normal ofVariance(double variance) {
    return new Normal(0, Math.sqrt(variance));
  }

  @Override
  public HostTensor create(TensorType type, Philox.Key key) {
    HostTensor tensor = HostTensor.zeros(type);
    IntStream.range(0, tensor.elements())
        .parallel()
        .forEach(i -> tensor.set(i, mean + std * Philox.normal(key, i, 0, 0)));
    return tensor;
  }
}
