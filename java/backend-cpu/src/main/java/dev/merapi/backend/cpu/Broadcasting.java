package dev.merapi.backend.cpu;

import dev.merapi.core.tensor.Shape;

/** Where the elements of a tensor lie when it is read along another, larger shape. */
final class Broadcasting {
  private Broadcasting() {}

  /** For every position of {@code target}, the row-major position in a tensor of {@code shape}. */
  static int[] positions(Shape shape, Shape target) {
    int[] strides = shape.strides();
    int lead = target.rank() - shape.rank();
    int[] steps = new int[target.rank()];
    for (int axis = lead; axis < target.rank(); axis++) {
      steps[axis] = shape.dim(axis - lead) == 1 ? 0 : strides[axis - lead];
    }
    return positions(target, steps, 0);
  }

  /** For every position of {@code shape}, start + the sum over axes of index * step. */
  static int[] positions(Shape shape, int[] steps, int start) {
    int[] positions = new int[shape.elements()];
    int[] index = new int[shape.rank()];
    int position = start;
    for (int i = 0; i < positions.length; i++) {
      positions[i] = position;
      for (int axis = shape.rank() - 1; axis >= 0; axis--) {
        position += steps[axis];
        if (++index[axis] < shape.dim(axis)) {
          break;
        }
        position -= steps[axis] * index[axis];
        index[axis] = 0;
      }
    }
    return positions;
  }
}
