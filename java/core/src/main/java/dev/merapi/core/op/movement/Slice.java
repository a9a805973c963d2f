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
 * Takes every step-th element from a start (inclusive) to an end (exclusive) along each axis.
 *
 * <p>y[i, j, ...] = x[starts[0] + i * steps[0], starts[1] + j * steps[1], ...]; the size of an axis
 * is (end - start) / step, rounded up.
 *
 * @param starts for each axis, the first index, 0 or more
 * @param ends for each axis, the index to stop before, from start to the axis's size
 * @param steps for each axis, the distance of neighbours, 1 or more
 */
public record Slice(List<Integer> starts, List<Integer> ends, List<Integer> steps)
    implements Movement {
  public Slice {
    starts = List.copyOf(starts);
    ends = List.copyOf(ends);
    steps = List.copyOf(steps);
  }

  /** All elements from starts to ends. */
  public static Value of(Value x, List<Integer> starts, List<Integer> ends) {
    return of(x, starts, ends, Collections.nCopies(starts.size(), 1));
  }

  /** The elements from starts to ends in steps; the value itself when these are all. */
  public static Value of(Value x, List<Integer> starts, List<Integer> ends, List<Integer> steps) {
    Value part = x.graph().apply(new Slice(starts, ends, steps), x);
    return part.shape().equals(x.shape()) ? x : part;
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    int rank = x.shape().rank();
    GraphException.check(
        starts.size() == rank && ends.size() == rank && steps.size() == rank,
        "expected a start, end and step for each axis of %s, found %s, %s and %s",
        x,
        starts,
        ends,
        steps);
    int[] dims = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      int start = starts.get(axis);
      int end = ends.get(axis);
      int step = steps.get(axis);
      GraphException.check(
          0 <= start && start <= end && end <= x.shape().dim(axis),
          "expected 0 <= start <= end <= %d on axis %d of %s, found %d to %d",
          x.shape().dim(axis),
          axis,
          x,
          start,
          end);
      GraphException.check(step >= 1, "expected a step >= 1 on axis %d, found %d", axis, step);
      dims[axis] = (int) (((long) end - start + step - 1) / step);
    }
    return List.of(x.withShape(Shape.of(dims)));
  }

  /** The gradient is put back where its elements came from, among zeros. */
  @Override
  public void gradient(Adjoint adjoint) {
    Shape x = adjoint.input(0).shape();
    Shape y = adjoint.output(0).shape();
    adjoint.give(
        0,
        () -> {
          Integer[] after = new Integer[x.rank()];
          for (int axis = 0; axis < after.length; axis++) {
            int taken = y.dim(axis) == 0 ? 0 : (y.dim(axis) - 1) * steps.get(axis) + 1;
            after[axis] = x.dim(axis) - starts.get(axis) - taken;
          }
          List<Integer> interior = steps.stream().map(step -> step - 1).toList();
          return Pad.of(adjoint.gradOutput(), starts, List.of(after), interior, 0);
        });
  }
}
