package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;

/**
 * The largest element of each window of each channel of sequences x [N, C, L]: y[n, c, i] = max of
 * x[n, c, i stride - padding + p] over p from 0 to kernel - 1; y [N, C, outL], outL = (L + 2
 * padding - kernel) / stride + 1, rounded down.
 *
 * <p>Windows overlap where the stride is less than the kernel. Source: Collobert et al., "Natural
 * language processing (almost) from scratch", JMLR 12, 2011.
 *
 * @param kernel the windows' length
 * @param stride how far the window moves from one output to the next; 0 means the kernel's size
 * @param padding elements put before and after x, which never win; at most half the kernel
 */
public record MaxPool1d(int kernel, @Default("0") int stride, @Default("0") int padding)
    implements Layer {
  public MaxPool1d {
    Windows.checkPooling("maxPool1d", kernel, stride, padding);
    stride = stride == 0 ? kernel : stride;
  }

  /** Windows side by side, without padding. */
  public MaxPool1d(int kernel) {
    this(kernel, 0, 0);
  }

  public MaxPool1d stride(int stride) {
    return new MaxPool1d(kernel, stride, padding);
  }

  public MaxPool1d padding(int padding) {
    return new MaxPool1d(kernel, stride, padding);
  }

  @Override
  public String name() {
    return "pool";
  }

  @Override
  public Value build(Net net, Value x) {
    Value rows = Sequences.toImages("maxPool1d", x);
    return Sequences.fromImages(Ops.maxPool2d(rows, Sequences.window(kernel, stride, padding)));
  }
}
