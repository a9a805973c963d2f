package dev.merapi.nn.init;

import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;

/** An initialiser whose spread follows from the fans of the weight. */
interface FanScaled extends Initializer {
  /** The distribution for these fans. */
  Initializer scaledBy(Fans fans);

  @Override
  default HostTensor create(TensorType type, Philox.Key key) {
    return scaledBy(Fans.of(type.shape())).create(type, key);
  }

  @Override
  default Initializer forBiasOf(Shape weight) {
    return scaledBy(Fans.of(weight));
  }
}
