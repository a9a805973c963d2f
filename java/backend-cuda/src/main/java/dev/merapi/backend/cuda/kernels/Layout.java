package dev.merapi.backend.cuda.kernels;

import dev.merapi.core.tensor.Shape;

/**
 * Where elements lie in a tensor, counted in elements.
 *
 * @param start the first one's place
 * @param steps for each axis, how far neighbours are apart
 */
record Layout(int start, int[] steps) {
  /** Elements one after the other, in row-major order. */
  static Layout dense(Shape shape) {
    return new Layout(0, shape.strides());
  }
}
