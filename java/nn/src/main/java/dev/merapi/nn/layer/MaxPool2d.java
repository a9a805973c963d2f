package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;

/**
 * The largest element of each square window of each channel.
 *
 * <p>x [N, C, H, W]; y [N, C, outH, outW], y[n, c, i, j] = max of x[n, c, i stride - padding + p, j
 * stride - padding + q] over p, q from 0 to kernel - 1, outH = (H + 2 padding - kernel) / stride +
 * 1, rounded down. Windows overlap where the stride is less than the kernel. Source: Zhou and
 * Chellappa, ICNN 1988; overlapping: Krizhevsky, Sutskever and Hinton, NIPS 2012.
 *
 * @param kernel the windows' height and width
 * @param stride how far the window moves from one output to the next; 0 means the kernel's size
 * @param padding rows and columns put around x, which never win; at most half the kernel
 */
public record MaxPool2d(int kernel, @Default("0") int stride, @Default("0") int padding)
    implements Layer {
  public MaxPool2d {
    GraphException.check(
        kernel >= 1 && stride >= 0 && padding >= 0 && padding <= kernel / 2,
        "maxPool2d: expected a kernel of at least 1, a stride of at least 0 and a padding of 0 to half"
            + " the kernel, found %d, %d and %d",
        kernel,
        stride,
        padding);
    stride = stride == 0 ? kernel : stride;
  }

  /** Windows side by side, without padding. */
  public MaxPool2d(int kernel) {
    this(kernel, 0, 0);
  }

  public MaxPool2d stride(int stride) {
    return new MaxPool2d(kernel, stride, padding);
  }

  public MaxPool2d padding(int padding) {
    return new MaxPool2d(kernel, stride, padding);
  }

  @Override
  public String name() {
    return "pool";
  }

  @Override
  public Value build(Net net, Value x) {
    return Ops.maxPool2d(x, Window2d.square(kernel, stride, padding));
  }
}
