package dev.merapi.nn.init;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;

/**
 * A weight {@code [out, in, receptive...]} that passes input i to output i, multiplied by the gain:
 * w[i, i, centre...] = gain, all else 0. Needs at least two axes. Source: Le, Jaitly and Hinton, "A
 * simple way to initialize recurrent networks of rectified linear units", 2015.
 *
 * @param gain what is passed on of an input
 */
public record Identity(@Default("1") double gain) implements Initializer {
  /** The identity itself. */
  public Identity() {
    this(1);
  }

  @Override
  public HostTensor create(TensorType type, Philox.Key key) {
    Shape shape = type.shape();
    GraphException.check(
        shape.rank() >= 2, "identity: expected a weight [out, in, ...], found %s", shape);
    int[] strides = shape.strides();
    int centre = 0;
    for (int axis = 2; axis < shape.rank(); axis++) {
      centre += shape.dim(axis) / 2 * strides[axis];
    }
    HostTensor tensor = HostTensor.zeros(type);
    for (int i = 0; i < Math.min(shape.dim(0), shape.dim(1)); i++) {
      tensor.set(i * (strides[0] + strides[1]) + centre, gain);
    }
    return tensor;
  }
}
