package dev.merapi.nn.init;

import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;

/** 0 for all elements. */
public record Zeros() implements Initializer {
  @Override
  public HostTensor create(TensorType type, Philox.Key key) {
    return HostTensor.zeros(type);
  }
}
