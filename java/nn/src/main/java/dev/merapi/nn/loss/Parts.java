package dev.merapi.nn.loss;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Parts of tensors by one of their axes. */
final class Parts {
  private Parts() {}

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
