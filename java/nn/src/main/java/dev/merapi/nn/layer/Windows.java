package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;

/** What the options of layers with sliding windows may be. */
final class Windows {
  private Windows() {}

  static void check(String layer, int kernel, int stride, int padding, int dilation) {
    GraphException.check(
        Math.min(kernel, Math.min(stride, dilation)) >= 1 && padding >= 0,
        "%s: expected kernel, stride and dilation of at least 1 and padding of at least 0,"
            + " found %d, %d, %d and %d",
        layer,
        kernel,
        stride,
        dilation,
        padding);
  }

  static void checkGroups(String layer, int outChannels, int groups) {
    GraphException.check(
        outChannels >= 1 && groups >= 1 && outChannels % groups == 0,
        "%s: expected at least 1 group and outChannels a multiple of groups, found %d and %d",
        layer,
        groups,
        outChannels);
  }

  static void checkPooling(String layer, int kernel, int stride, int padding) {
    GraphException.check(
        kernel >= 1 && stride >= 0 && padding >= 0 && padding <= kernel / 2,
        "%s: expected a kernel of at least 1, a stride of at least 0 and a padding of 0 to half"
            + " the kernel, found %d, %d and %d",
        layer,
        kernel,
        stride,
        padding);
  }
}
