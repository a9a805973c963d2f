package dev.merapi.nn.init;

import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;

/**
 * One value for all elements.
 *
 * @param value of each element
 */
public record Constant(double value) implements Initializer {
  @Override
  public HostTensor create(TensorType type, Philox.Key key) {
    return HostTensor.filled(type, value);
  }
}
