package dev.merapi.core.op.movement;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Movement;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * Adds each update to the entry of an axis that its index names, starting from zeros: the gradient
 * of {@link Gather}.
 *
 * <p>Inputs: updates and the I32 indices, whose shape stands in the updates' shape from the axis
 * on. y[a..., s, b...] = the sum of updates[a..., i..., b...] over all i with indices[i] = s, added
 * in the order of i, so that the result is the same bits in every run. An index outside of the axis
 * is an error when the program runs.
 *
 * @param axis the axis, counted from the first
 * @param size the size of the axis in the output
 */
public record ScatterAdd(int axis, int size) implements Movement {
  public static Value of(Value updates, Value indices, int axis, int size) {
    return updates.graph().apply(new ScatterAdd(axis, size), updates, indices);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType updates = inputs.get(0);
    TensorType indices = inputs.get(1);
    Gather.checkIndices(indices);
    Shape shape = updates.shape();
    int end = axis + indices.shape().rank();
    GraphException.check(
        axis >= 0 && end <= shape.rank() && shape.slice(axis, end).equals(indices.shape()),
        "expected updates whose axes from %d on are %s, found %s",
        axis,
        indices.shape(),
        updates);
    GraphException.check(size >= 0, "expected a size >= 0, found %d", size);
    Shape left = shape.slice(0, axis).concat(Shape.of(size));
    return List.of(updates.withShape(left.concat(shape.slice(end, shape.rank()))));
  }

  @Override
  public void gradient(Adjoint adjoint) {
    adjoint.give(0, () -> Gather.of(adjoint.gradOutput(), adjoint.input(1), axis));
  }
}
