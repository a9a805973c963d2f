package dev.merapi.nn.init;

import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;

/** 1 for all elements. */
public record Ones() implements Initializer {
  @Override
  public HostTensor create(TensorType type, Philox.Key key) {
    return HostTensor.filled(type, 1);
  }
}
