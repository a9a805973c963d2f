package dev.merapi.nn;

import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.Shape;
import java.util.List;

/**
 * A whole network: a layer that knows what it is applied to.
 *
 * <p>It is built on a value of shape {@code [N, ...inputShape]}. The models of the zoo are records;
 * one whose input or number of classes may vary has components {@code inputShape} and {@code
 * classes}, which a job takes from its data set unless it sets them. A model of several inputs or
 * outputs implements {@link MultiLayer} as well.
 */
public interface Model extends Layer {
  /** The shape of one sample, without the batch axis; of several inputs that of the first. */
  Shape inputShape();

  /** The shapes of all inputs of one sample, without the batch axis. */
  default List<Shape> inputShapes() {
    return List.of(inputShape());
  }

  /** A model from a layer, such as a {@link Sequential}. */
  static Model of(String name, Shape inputShape, Layer layer) {
    return of(name, List.of(inputShape), layer);
  }

  /** A model of several inputs from a layer, such as a {@link LayerGraph}. */
  static Model of(String name, List<Shape> inputShapes, Layer layer) {
    return new Of(name, inputShapes, layer);
  }

  /** A named layer with the shapes of its inputs. */
  record Of(String name, List<Shape> inputShapes, Layer layer) implements Model {
    public Of {
      inputShapes = List.copyOf(inputShapes);
    }

    @Override
    public Shape inputShape() {
      return inputShapes.get(0);
    }

    @Override
    public Value build(Net net, Value x) {
      return layer.build(net, x);
    }

    @Override
    public Outputs build(Net net, List<Value> inputs) {
      return layer.build(net, inputs);
    }
  }
}
