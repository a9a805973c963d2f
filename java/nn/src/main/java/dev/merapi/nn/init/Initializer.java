package dev.merapi.nn.init;

import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;

/**
 * Makes the first value of a variable.
 *
 * <p>The random ones are keyed by the seed and the variable's path, so the same seed gives the same
 * bits, and a new layer does not change what the others begin with.
 */
@FunctionalInterface
public interface Initializer {
  /** A tensor of this type; the random numbers are those of the key at step 0. */
  HostTensor create(TensorType type, Philox.Key key);

  /**
   * This initialiser for the bias that goes with a weight: one that scales with fans takes the
   * weight's, as a bias has none.
   */
  default Initializer forBiasOf(Shape weight) {
    return this;
  }
}
