package dev.merapi.core.op.window;

import dev.merapi.core.graph.GraphException;

/**
 * How a window slides along one axis.
 *
 * @param kernel elements in the window, at least 1
 * @param stride the distance between windows, at least 1
 * @param padding elements added before and after the input, at least 0
 * @param dilation the distance between a window's elements, at least 1
 */
public record WindowAxis(int kernel, int stride, int padding, int dilation) {
  public WindowAxis {
    GraphException.check(kernel >= 1, "expected a kernel of at least 1, found %d", kernel);
    GraphException.check(stride >= 1, "expected a stride of at least 1, found %d", stride);
    GraphException.check(padding >= 0, "expected a padding of at least 0, found %d", padding);
    GraphException.check(dilation >= 1, "expected a dilation of at least 1, found %d", dilation);
  }

  /** From a window's first element to its last one, both counted. */
  public int extent() {
    return dilation * (kernel - 1) + 1;
  }

  /** The number of windows in an input of this size; not positive when none fits. */
  public int output(int input) {
    return Math.floorDiv(input + 2 * padding - extent(), stride) + 1;
  }

  /** The smallest input with this number of windows; not positive when they lie in the padding. */
  public int input(int windows) {
    return (windows - 1) * stride - 2 * padding + extent();
  }

  /** Where the input element lies that an element of a window reads; may lie in the padding. */
  public int position(int window, int element) {
    return window * stride - padding + element * dilation;
  }

  /** The first element of a window that is not in the padding before the input. */
  public int firstInside(int window) {
    return Math.max(0, ceilDiv(padding - window * stride, dilation));
  }

  /** One past the last element of a window that is not in the padding after the input. */
  public int endInside(int window, int input) {
    return Math.min(kernel, ceilDiv(input + padding - window * stride, dilation));
  }

  private static int ceilDiv(int a, int b) {
    return -Math.floorDiv(-a, b);
  }
}
