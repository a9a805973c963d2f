package dev.merapi.backend.cpu;

import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.UnaryFunction;

/** Scalar functions over the first elements of arrays, which are short enough to stay in cache. */
interface VectorLoops {
  /** y[i] = f(x[i]) for the first {@code count} elements. */
  void unary(UnaryFunction function, float[] x, float[] y, int count);

  /** y[i] = f(a[i], b[i]) for the first {@code count} elements. */
  void binary(BinaryFunction function, float[] a, float[] b, float[] y, int count);

  /** y[i] = condition[i] != 0 ? a[i] : b[i] for the first {@code count} elements. */
  void select(float[] condition, float[] a, float[] b, float[] y, int count);
}
