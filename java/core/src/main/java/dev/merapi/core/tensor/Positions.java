package dev.merapi.core.tensor;

/**
 * Where a tensor's elements lie when they are read in another order: tables of row-major positions,
 * for backends to make once and read in their loops.
 */
public final class Positions {
  private Positions() {}

  /** For every position of {@code target}, the row-major position in a tensor of {@code shape}. */
  public static int[] broadcast(Shape shape, Shape target) {
    int[] strides = shape.strides();
    int lead = target.rank() - shape.rank();
    int[] steps = new int[target.rank()];
    for (int axis = lead; axis < target.rank(); axis++) {
      steps[axis] = shape.dim(axis - lead) == 1 ? 0 : strides[axis - lead];
    }
    return strided(target, steps, 0);
  }

  /** For every position of {@code shape}, start + the sum over axes of index * step. */
  public static int[] strided(Shape shape, int[] steps, int start) {
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
