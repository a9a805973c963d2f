package dev.merapi.core.op.movement;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Movement;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.Collections;
import java.util.List;

/**
 * Puts a value before, after and between the elements along each axis.
 *
 * <p>An axis of size n gets before + n + max(n - 1, 0) * interior + after elements. With the value
 * 0 this is the gradient of a {@link Slice} in steps of interior + 1, and that slice is this op's
 * gradient.
 *
 * @param before for each axis, how many to put before the first element
 * @param after for each axis, how many to put after the last element
 * @param interior for each axis, how many to put between two neighbours
 * @param value what is put there
 */
public record Pad(List<Integer> before, List<Integer> after, List<Integer> interior, double value)
    implements Movement {
  public Pad {
    before = List.copyOf(before);
    after = List.copyOf(after);
    interior = List.copyOf(interior);
  }

  /** Pads the edges. */
  public static Value of(Value x, List<Integer> before, List<Integer> after, double value) {
    return of(x, before, after, Collections.nCopies(before.size(), 0), value);
  }

  /** Pads edges and gaps; the value itself when nothing is to be put anywhere. */
  public static Value of(
      Value x, List<Integer> before, List<Integer> after, List<Integer> interior, double value) {
    Value padded = x.graph().apply(new Pad(before, after, interior, value), x);
    return padded.shape().equals(x.shape()) ? x : padded;
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    int rank = x.shape().rank();
    GraphException.check(
        before.size() == rank && after.size() == rank && interior.size() == rank,
        "expected before, after and interior for each axis of %s, found %s, %s and %s",
        x,
        before,
        after,
        interior);
    int[] dims = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      GraphException.check(
          before.get(axis) >= 0 && after.get(axis) >= 0 && interior.get(axis) >= 0,
          "expected paddings >= 0 on axis %d, found before %d, after %d, interior %d",
          axis,
          before.get(axis),
          after.get(axis),
          interior.get(axis));
      long size = (long) before.get(axis) + spread(x.shape(), axis) + after.get(axis);
      GraphException.check(size <= Integer.MAX_VALUE, "axis %d of %s gets too long", axis, x);
      dims[axis] = (int) size;
    }
    return List.of(x.withShape(Shape.of(dims)));
  }

  /** How many places an axis takes from its first to its last element. */
  private long spread(Shape x, int axis) {
    return x.dim(axis) == 0 ? 0 : (x.dim(axis) - 1) * (interior.get(axis) + 1L) + 1;
  }

  @Override
  public void gradient(Adjoint adjoint) {
    Shape x = adjoint.input(0).shape();
    adjoint.give(
        0,
        () -> {
          Integer[] ends = new Integer[x.rank()];
          for (int axis = 0; axis < ends.length; axis++) {
            ends[axis] = before.get(axis) + (int) spread(x, axis);
          }
          List<Integer> steps = interior.stream().map(gap -> gap + 1).toList();
          return Slice.of(adjoint.gradOutput(), before, List.of(ends), steps);
        });
  }
}
