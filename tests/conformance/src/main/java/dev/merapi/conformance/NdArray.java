package dev.merapi.conformance;

import dev.merapi.core.tensor.Shape;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/**
 * Real numbers by index, in which a case writes its formula as a textbook does: {@code
 * generate(shape, i -> a.at(i[0], i[2]) * b.at(i[1]))}.
 */
public record NdArray(Shape shape, double[] values) {
  public NdArray {
    if (values.length != shape.elements()) {
      throw new IllegalArgumentException(
          shape + " has " + shape.elements() + " elements, found " + values.length + " values");
    }
  }

  /** The array of f(index) for every index. The index array is reused: do not keep it. */
  public static NdArray generate(Shape shape, ToDoubleFunction<int[]> f) {
    double[] values = new double[shape.elements()];
    int[] index = new int[shape.rank()];
    for (int i = 0; i < values.length; i++) {
      int rest = i;
      for (int axis = shape.rank() - 1; axis >= 0; axis--) {
        index[axis] = rest % shape.dim(axis);
        rest /= shape.dim(axis);
      }
      values[i] = f.applyAsDouble(index);
    }
    return new NdArray(shape, values);
  }

  /** An array of these values in row-major order. */
  public static NdArray of(Shape shape, double... values) {
    return new NdArray(shape, values);
  }

  /** The element at an index. */
  public double at(int... index) {
    if (index.length != shape.rank()) {
      throw new IllegalArgumentException("index " + Arrays.toString(index) + " in " + shape);
    }
    int position = 0;
    for (int axis = 0; axis < index.length; axis++) {
      if (index[axis] < 0 || index[axis] >= shape.dim(axis)) {
        throw new IndexOutOfBoundsException("index " + Arrays.toString(index) + " in " + shape);
      }
      position = position * shape.dim(axis) + index[axis];
    }
    return values[position];
  }

  /** The element at an index, or a padding value where the index lies outside. */
  public double atOr(double outside, int... index) {
    for (int axis = 0; axis < index.length; axis++) {
      if (index[axis] < 0 || index[axis] >= shape.dim(axis)) {
        return outside;
      }
    }
    return at(index);
  }

  /** The element that an index of a larger shape reads by NumPy's broadcasting rule. */
  public double broadcastAt(int... index) {
    int[] own = new int[shape.rank()];
    for (int axis = 0; axis < own.length; axis++) {
      own[axis] = shape.dim(axis) == 1 ? 0 : index[index.length - own.length + axis];
    }
    return at(own);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NdArray array
        && shape.equals(array.shape)
        && Arrays.equals(values, array.values);
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode() + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return shape + " " + Arrays.toString(Arrays.copyOf(values, Math.min(8, values.length)));
  }
}
