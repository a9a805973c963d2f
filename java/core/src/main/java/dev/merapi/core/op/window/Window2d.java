package dev.merapi.core.op.window;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;

/**
 * A window that slides over the last two axes of an N C H W tensor.
 *
 * <p>An axis of size n gives floor((n + 2 padding - dilation (kernel - 1) - 1) / stride) + 1
 * outputs, as in PyTorch; what is left over at the end is not read.
 *
 * @param h along the height
 * @param w along the width
 */
public record Window2d(WindowAxis h, WindowAxis w) {
  /** A window with stride 1, without padding or dilation. */
  public static Window2d of(int kernelH, int kernelW) {
    return new Window2d(new WindowAxis(kernelH, 1, 0, 1), new WindowAxis(kernelW, 1, 0, 1));
  }

  /** A square window with the same stride and padding on both axes, without dilation. */
  public static Window2d square(int kernel, int stride, int padding) {
    return of(kernel, kernel).stride(stride, stride).padding(padding, padding);
  }

  /** This window with other strides. */
  public Window2d stride(int strideH, int strideW) {
    return new Window2d(
        new WindowAxis(h.kernel(), strideH, h.padding(), h.dilation()),
        new WindowAxis(w.kernel(), strideW, w.padding(), w.dilation()));
  }

  /** This window with another padding. */
  public Window2d padding(int paddingH, int paddingW) {
    return new Window2d(
        new WindowAxis(h.kernel(), h.stride(), paddingH, h.dilation()),
        new WindowAxis(w.kernel(), w.stride(), paddingW, w.dilation()));
  }

  /** This window with another dilation. */
  public Window2d dilation(int dilationH, int dilationW) {
    return new Window2d(
        new WindowAxis(h.kernel(), h.stride(), h.padding(), dilationH),
        new WindowAxis(w.kernel(), w.stride(), w.padding(), dilationW));
  }

  /**
   * The shape [N, channels, outputH, outputW] for an input [N, C, H, W].
   *
   * @throws GraphException when the window is larger than the padded input
   */
  Shape output(Shape input, int channels) {
    int outputH = h.output(input.dim(2));
    int outputW = w.output(input.dim(3));
    GraphException.check(
        outputH >= 1 && outputW >= 1,
        "kernel %s is larger than the padded input %dx%d",
        kernelText(),
        input.dim(2) + 2 * h.padding(),
        input.dim(3) + 2 * w.padding());
    return Shape.of(input.dim(0), channels, outputH, outputW);
  }

  private String kernelText() {
    String kernel = h.kernel() + "x" + w.kernel();
    return h.dilation() == 1 && w.dilation() == 1
        ? kernel
        : kernel + ", dilated to " + h.extent() + "x" + w.extent() + ",";
  }

  /** Checks what pooling needs: no dilation, and a real element in every window. */
  void checkPooling() {
    GraphException.check(
        h.dilation() == 1 && w.dilation() == 1,
        "a pooling window has no dilation, found %dx%d",
        h.dilation(),
        w.dilation());
    GraphException.check(
        h.padding() <= h.kernel() / 2 && w.padding() <= w.kernel() / 2,
        "padding must be at most half the kernel %s, found %dx%d",
        kernelText(),
        h.padding(),
        w.padding());
  }

  /** Checks that a gradient has the shape of this window's outputs for an input. */
  void checkGradOutput(TensorType gradOutput, TensorType input, int channels) {
    TensorType expected = input.withShape(output(input.shape(), channels));
    GraphException.check(
        gradOutput.equals(expected),
        "expected gradOutput %s for input %s, found %s",
        expected,
        input,
        gradOutput);
  }

  /** Checks that a tensor is a floating-point one with four axes. */
  static void checkImages(String what, String axes, TensorType type) {
    GraphException.check(
        type.shape().rank() == 4 && type.dtype().isFloating(),
        "expected floating-point %s %s, found %s",
        what,
        axes,
        type);
  }
}
