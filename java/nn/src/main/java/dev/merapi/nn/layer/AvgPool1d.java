package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;

/**
 * The mean of each window of each channel of sequences x [N, C, L]: y[n, c, i] = mean of x[n, c, i
 * stride - padding + p] over p from 0 to kernel - 1; y [N, C, outL], outL = (L + 2 padding -
 * kernel) / stride + 1, rounded down.
 *
 * <p>Windows overlap where the stride is less than the kernel. Source: PyTorch's {@code AvgPool1d},
 * which counts the padding.
 *
 * @param kernel the windows' length
 * @param stride how far the window moves from one output to the next; 0 means the kernel's size
 * @param padding elements put before and after x, zeros, which count; at most half the kernel
 */
public record AvgPool1d(int kernel, @Default("0") int stride, @Default("0") int padding)
    implements Layer {
  public AvgPool1d {
    Windows.checkPooling("avgPool1d", kernel, stride, padding);
    stride = stride == 0 ? kernel : stride;
  }

  /** Windows side by side, without padding. */
  public AvgPool1d(int kernel) {
    this(kernel, 0, 0);
  }

  public AvgPool1d stride(int stride) {
    return new AvgPool1d(kernel, stride, padding);
  }

  public AvgPool1d padding(int padding) {
    return new AvgPool1d(kernel, stride, padding);
  }

  @Override
  public String name() {
    return "pool";
  }

  @Override
  public Value build(Net net, Value x) {
    Value rows = Sequences.toImages("avgPool1d", x);
    return Sequences.fromImages(Ops.avgPool2d(rows, Sequences.window(kernel, stride, padding)));
  }
}
