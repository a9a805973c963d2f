package dev.merapi.nn;

import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.Shape;

/**
 * A whole network: a layer that knows what it is applied to.
 *
 * <p>It is built on a value of shape {@code [N, ...inputShape]}. The models of the zoo are records;
 * one whose input or number of classes may vary has components {@code inputShape} and {@code
 * classes}, which a job takes from its data set unless it sets them.
 */
public interface Model extends Layer {
  /** The shape of one sample, without the batch axis. */
  Shape inputShape();

  /** A model from a layer, such as a {@link Sequential}. */
  static Model of(String name, Shape inputShape, Layer layer) {
    return new Of(name, inputShape, layer);
  }

  /** A named layer with its input shape. */
  record Of(String name, Shape inputShape, Layer layer) implements Model {
    @Override
    public Value build(Net net, Value x) {
      return layer.build(net, x);
    }
  }
}
