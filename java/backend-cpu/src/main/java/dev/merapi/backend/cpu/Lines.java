package dev.merapi.backend.cpu;

import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * The elements that lie at start + the sum over axes of index * step, in the row-major order of the
 * indices, as lines of equally distant elements. Axes that continue each other count as one.
 */
final class Lines {
  private final int start;
  private final int length;
  private final int step;
  private final int count;
  private final int[] sizes;
  private final int[] steps;

  Lines(Shape shape, int[] axisSteps, int start) {
    this.start = start;
    List<int[]> groups = new ArrayList<>(); // size and step of each, the last axis first
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      int size = shape.dim(axis);
      int[] last = groups.isEmpty() ? null : groups.get(groups.size() - 1);
      if (last != null && last[0] * last[1] == axisSteps[axis]) {
        last[0] *= size;
      } else if (size != 1) {
        groups.add(new int[] {size, axisSteps[axis]});
      }
    }
    if (groups.isEmpty()) {
      groups.add(new int[] {1, 1});
    }
    length = groups.get(0)[0];
    step = groups.get(0)[1];
    count = shape.elements() / length;
    sizes = groups.stream().skip(1).mapToInt(group -> group[0]).toArray();
    steps = groups.stream().skip(1).mapToInt(group -> group[1]).toArray();
  }

  /** The sizes of the axes when those that continue each other are one. */
  Shape shape() {
    int[] dims = new int[sizes.length + 1];
    for (int i = 0; i < sizes.length; i++) {
      dims[i] = sizes[sizes.length - 1 - i];
    }
    dims[sizes.length] = length;
    return Shape.of(dims);
  }

  /** The distances between neighbours along these axes. */
  int[] steps() {
    int[] distances = new int[steps.length + 1];
    for (int i = 0; i < steps.length; i++) {
      distances[i] = steps[steps.length - 1 - i];
    }
    distances[steps.length] = step;
    return distances;
  }

  /** The number of lines. */
  int count() {
    return count;
  }

  /** The number of elements in a line. */
  int length() {
    return length;
  }

  /** The distance between neighbours in a line. */
  int step() {
    return step;
  }

  /** Where a line's first element lies. */
  int start(int line) {
    int position = start;
    int rest = line;
    for (int i = 0; i < sizes.length; i++) {
      position += rest % sizes[i] * steps[i];
      rest /= sizes[i];
    }
    return position;
  }
}
