package dev.merapi.nn.loss;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The places of a sequence, for a recurrence that is built place by place. */
final class TimeSteps {
  private TimeSteps() {}

  /**
   * The entries of a value's first axis, which goes. They are cut out by halves: the gradient of
   * one cut is as large as what is cut, so that T cuts of the whole would take T^2 time, and these
   * take T log T.
   */
  static List<Value> of(Value x) {
    List<Value> steps = new ArrayList<>();
    split(x, steps);
    return steps;
  }

  private static void split(Value x, List<Value> steps) {
    Shape shape = x.shape();
    int size = shape.dim(0);
    if (size == 1) {
      steps.add(Ops.reshape(x, shape.slice(1, shape.rank()).toArray()));
      return;
    }
    split(part(x, 0, 0, size / 2), steps);
    split(part(x, 0, size / 2, size), steps);
  }

  /** What lies from a start to an end along one axis. */
  static Value part(Value x, int axis, int start, int end) {
    List<Integer> starts = new ArrayList<>(Collections.nCopies(x.shape().rank(), 0));
    List<Integer> ends = new ArrayList<>();
    for (int dim : x.shape().toArray()) {
      ends.add(dim);
    }
    starts.set(axis, start);
    ends.set(axis, end);
    return Ops.slice(x, starts, ends);
  }
}
