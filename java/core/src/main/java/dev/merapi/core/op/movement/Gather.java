package dev.merapi.core.op.movement;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Movement;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * Takes the entries of an axis that indices name: an embedding lookup where the axis is 0.
 *
 * <p>Inputs: x and the I32 indices of any shape. In the output the indices' shape stands in the
 * axis's place: y[a..., i..., b...] = x[a..., indices[i...], b...]. An index outside of the axis is
 * an error when the program runs.
 *
 * @param axis the axis, counted from the first
 */
public record Gather(int axis) implements Movement {
  /** The entries of an axis; a negative one counts from the last. */
  public static Value of(Value x, Value indices, int axis) {
    return x.graph().apply(new Gather(x.shape().axis(axis)), x, indices);
  }

  static void checkIndices(TensorType indices) {
    GraphException.check(
        indices.dtype() == DType.I32, "expected indices of type I32, found %s", indices);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    checkIndices(inputs.get(1));
    Shape shape = x.shape();
    int counted = shape.axis(axis);
    Shape left = shape.slice(0, counted).concat(inputs.get(1).shape());
    return List.of(x.withShape(left.concat(shape.slice(counted + 1, shape.rank()))));
  }

  @Override
  public void gradient(Adjoint adjoint) {
    int size = adjoint.input(0).shape().dim(axis);
    adjoint.give(0, () -> ScatterAdd.of(adjoint.gradOutput(), adjoint.input(1), axis, size));
  }
}
