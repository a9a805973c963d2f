package dev.merapi.backend.cuda.kernels;

import dev.merapi.backend.cuda.runtime.Launch;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the elements lie that differ in some axes, with neighbouring axes as one group; the
 * innermost group comes first. Kernels get it as their {@code Places}.
 *
 * @param sizes of the groups; one of size 1 where there is no axis
 * @param steps from one element of a group to the next
 */
record Places(List<Integer> sizes, List<Integer> steps) {
  /** As in {@code reduce.cuh}. */
  private static final int GROUPS = 4;

  /** A single group. */
  static Places of(int size, int step) {
    return new Places(List.of(size), List.of(step));
  }

  /** Of those axes that are among the chosen ones, or of those that are not. */
  static Places of(Shape shape, List<Integer> chosen, boolean among) {
    List<Integer> sizes = new ArrayList<>();
    List<Integer> steps = new ArrayList<>();
    int[] strides = shape.strides();
    boolean neighbour = false;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      if (shape.dim(axis) == 1) {
        continue;
      }
      int last = sizes.size() - 1;
      boolean isOne = chosen.contains(axis) == among;
      if (isOne && neighbour) {
        sizes.set(last, sizes.get(last) * shape.dim(axis));
      } else if (isOne) {
        sizes.add(shape.dim(axis));
        steps.add(strides[axis]);
      }
      neighbour = isOne;
    }
    if (sizes.size() > GROUPS) {
      throw new IllegalArgumentException(
          "expected at most %d groups of neighbouring axes to reduce or to keep, found %d: %s over %s"
              .formatted(GROUPS, sizes.size(), shape, chosen));
    }
    return sizes.isEmpty() ? of(1, 0) : new Places(sizes, steps);
  }

  int elements() {
    return sizes.stream().reduce(1, (a, b) -> a * b);
  }

  /** Whether neighbouring elements are neighbours in memory. */
  boolean isInnermost() {
    return steps.get(0) == 1;
  }

  /** Whether all groups begin at multiples of so many elements. */
  boolean isAtMultiplesOf(int count) {
    return steps.stream().allMatch(step -> step % count == 0);
  }

  /** Whether neighbours can be taken so many at a time, each at a multiple of as many. */
  boolean isDivisible(int count) {
    return isInnermost()
        && sizes.get(0) % count == 0
        && steps.stream().skip(1).allMatch(step -> step % count == 0);
  }

  /** The places of so many neighbours each. */
  Places divided(int count) {
    if (count == 1) {
      return this;
    }
    List<Integer> fewer = new ArrayList<>(sizes);
    fewer.set(0, sizes.get(0) / count);
    List<Integer> further = new ArrayList<>(steps);
    further.set(0, count);
    return new Places(fewer, further);
  }

  void addTo(Launch.Builder launch) {
    launch.int32(sizes.size());
    for (int i = 0; i < GROUPS; i++) {
      Divisor.set(launch, i < sizes.size() ? sizes.get(i) : 1);
    }
    for (int i = 0; i < GROUPS; i++) {
      launch.int32(i < steps.size() ? steps.get(i) : 0);
    }
  }
}
