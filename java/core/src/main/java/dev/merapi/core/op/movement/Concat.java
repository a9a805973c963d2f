package dev.merapi.core.op.movement;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Movement;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Joins tensors one after the other along an axis; their other axes must have equal sizes.
 *
 * @param axis the axis, counted from the first
 */
public record Concat(int axis) implements Movement {
  /** The values joined along an axis; a negative one counts from the last. */
  public static Value of(int axis, List<Value> values) {
    GraphException.check(!values.isEmpty(), "concat: expected at least one value, found none");
    Value first = values.get(0);
    return values.size() == 1
        ? first
        : first.graph().applyAll(new Concat(first.shape().axis(axis)), values).get(0);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType first = inputs.get(0);
    long size = 0;
    for (TensorType input : inputs) {
      GraphException.check(
          input.shape().rank() == first.shape().rank()
              && input.shape().with(axis, 0).equals(first.shape().with(axis, 0))
              && input.dtype() == first.dtype(),
          "expected inputs that differ only in the size of axis %d, found %s and %s",
          axis,
          first,
          input);
      size += input.shape().dim(axis);
    }
    GraphException.check(size <= Integer.MAX_VALUE, "axis %d gets too long", axis);
    return List.of(first.withShape(first.shape().with(axis, (int) size)));
  }

  /** Each input gets its own part of the gradient. */
  @Override
  public void gradient(Adjoint adjoint) {
    int rank = adjoint.output(0).shape().rank();
    List<Integer> starts = new ArrayList<>(Collections.nCopies(rank, 0));
    int inputs = adjoint.output(0).node().inputs().size();
    for (int i = 0; i < inputs; i++) {
      Shape shape = adjoint.input(i).shape();
      List<Integer> from = List.copyOf(starts);
      int end = from.get(axis) + shape.dim(axis);
      List<Integer> ends = new ArrayList<>();
      for (int a = 0; a < rank; a++) {
        ends.add(a == axis ? end : shape.dim(a));
      }
      adjoint.give(i, () -> Slice.of(adjoint.gradOutput(), from, ends));
      starts.set(axis, end);
    }
  }
}
