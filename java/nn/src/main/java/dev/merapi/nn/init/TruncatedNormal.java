package dev.merapi.nn.init;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;

/**
 * Normal numbers, drawn again while they lie more than two standard deviations from the mean.
 *
 * <p>What is left has 0.774 times the variance of {@code std} squared.
 *
 * @param mean of the numbers
 * @param std the standard deviation of those that they are drawn from
 */
public record TruncatedNormal(@Default("0") double mean, @Default("0.05") double std)
    implements Initializer {
  public TruncatedNormal {
    GraphException.check(std >= 0, "truncatedNormal: std must be at least 0, found %s", std);
  }

  @Override
  public HostTensor create(TensorType type, Philox.Key key) {
    HostTensor tensor = HostTensor.zeros(type);
    for (int i = 0; i < tensor.elements(); i++) {
      double z = Philox.normal(key, i, 0, 0);
      for (int draw = 1; Math.abs(z) > 2; draw++) {
        z = Philox.normal(key, i, draw, 0);
      }
      tensor.set(i, mean + std * z);
    }
    return tensor;
  }
}
