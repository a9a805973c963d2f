package dev.merapi.train.data;

import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;

/** Standard normal numbers as inputs, for models that make samples of them. */
public final class StandardNormal {
  private StandardNormal() {}

  /**
   * Some samples of noise.
   *
   * @param shape of one sample
   * @param seed of the numbers; equal ones give equal numbers
   */
  public static Dataset of(Shape shape, int samples, long seed) {
    HostTensor noise = HostTensor.zeros(TensorType.f32(Shape.of(samples).concat(shape).toArray()));
    Philox.Key key = Philox.Key.of(seed, "noise", 0);
    for (int i = 0; i < noise.elements(); i++) {
      noise.set(i, Philox.normal(key, i, 0, 0));
    }
    return new TensorDataset("noise", noise, noise, 0);
  }
}
