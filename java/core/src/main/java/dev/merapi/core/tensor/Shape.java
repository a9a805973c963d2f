package dev.merapi.core.tensor;

import java.util.Arrays;
import java.util.List;

/** The sizes of a tensor's axes, outermost first; immutable, and a scalar has none. */
public final class Shape {
  /** The shape of a scalar: rank 0, one element. */
  public static final Shape SCALAR = new Shape(new int[0]);

  private final int[] dims;

  private Shape(int[] dims) {
    this.dims = dims;
  }

  /**
   * A shape of the given sizes.
   *
   * @throws IllegalArgumentException when a size is negative or the elements exceed 2^31 - 1
   */
  public static Shape of(int... dims) {
    long elements = 1;
    for (int dim : dims) {
      if (dim < 0) {
        throw new IllegalArgumentException("negative size in shape " + Arrays.toString(dims));
      }
      elements = elements > Integer.MAX_VALUE && dim != 0 ? elements : elements * dim;
    }
    if (elements > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "shape " + Arrays.toString(dims) + " has more than 2^31 - 1 elements");
    }
    return dims.length == 0 && SCALAR != null ? SCALAR : new Shape(dims.clone());
  }

  /** A shape of the given sizes. */
  public static Shape of(List<Integer> dims) {
    return of(dims.stream().mapToInt(Integer::intValue).toArray());
  }

  /** The number of axes. */
  public int rank() {
    return dims.length;
  }

  /** The size of an axis; a negative axis counts from the last one. */
  public int dim(int axis) {
    return dims[axis(axis)];
  }

  /** A copy of the sizes. */
  public int[] toArray() {
    return dims.clone();
  }

  /** The product of the sizes; 1 for a scalar. */
  public int elements() {
    int elements = 1;
    for (int dim : dims) {
      elements *= dim;
    }
    return elements;
  }

  /** Whether some axis has size 0. */
  public boolean isEmpty() {
    return elements() == 0;
  }

  /** Row-major strides, in elements. */
  public int[] strides() {
    int[] strides = new int[dims.length];
    int stride = 1;
    for (int axis = dims.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= dims[axis];
    }
    return strides;
  }

  /**
   * The axis counted from the first one, for an axis that may be counted from the last one (-1).
   *
   * @throws IllegalArgumentException when there is no such axis
   */
  public int axis(int axis) {
    int counted = axis < 0 ? axis + dims.length : axis;
    if (counted < 0 || counted >= dims.length) {
      throw new IllegalArgumentException("no axis " + axis + " in shape " + this);
    }
    return counted;
  }

  /** This shape with one axis replaced by another size. */
  public Shape with(int axis, int size) {
    int[] changed = dims.clone();
    changed[axis(axis)] = size;
    return of(changed);
  }

  /** The axes {@code from} (inclusive) to {@code to} (exclusive). */
  public Shape slice(int from, int to) {
    return of(Arrays.copyOfRange(dims, from, to));
  }

  /** This shape followed by another one's axes. */
  public Shape concat(Shape other) {
    int[] joined = Arrays.copyOf(dims, dims.length + other.dims.length);
    System.arraycopy(other.dims, 0, joined, dims.length, other.dims.length);
    return of(joined);
  }

  /** Whether this shape can be broadcast to {@code target} by NumPy's rule. */
  public boolean broadcastsTo(Shape target) {
    if (rank() > target.rank()) {
      return false;
    }
    for (int i = 1; i <= rank(); i++) {
      int own = dims[rank() - i];
      if (own != 1 && own != target.dims[target.rank() - i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * The shape that both broadcast to by NumPy's rule: axes are matched from the last one, and an
   * axis of size 1 (or a missing one) takes the other's size.
   *
   * @throws IllegalArgumentException when two sizes differ and neither is 1
   */
  public static Shape broadcast(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    int[] joined = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int left = i <= a.rank() ? a.dims[a.rank() - i] : 1;
      int right = i <= b.rank() ? b.dims[b.rank() - i] : 1;
      if (left != right && left != 1 && right != 1) {
        throw new IllegalArgumentException("shapes " + a + " and " + b + " do not broadcast");
      }
      joined[rank - i] = left == 1 ? right : left;
    }
    return of(joined);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  @Override
  public String toString() {
    return Arrays.toString(dims);
  }
}
