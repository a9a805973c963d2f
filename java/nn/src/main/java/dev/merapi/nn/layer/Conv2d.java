package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;
import dev.merapi.nn.init.FanInUniform;
import dev.merapi.nn.init.Initializer;

/**
 * A convolution with square kernels over x [N, C, H, W]: y[:, o] = sum over c of x[:, c] * W[o, c]
 * + b[o], where * is cross-correlation; y [N, outChannels, outH, outW], outH = (H + 2 padding -
 * dilation (kernel - 1) - 1) / stride + 1, rounded down.
 *
 * <p>Variables: {@code weight} [outChannels, C / groups, kernel, kernel] and {@code bias}
 * [outChannels], as in PyTorch. Source: LeCun et al., Proceedings of the IEEE 86(11), 1998.
 *
 * @param outChannels the number of filters, a multiple of groups
 * @param kernel the filters' height and width
 * @param stride how far the filters move from one output to the next
 * @param padding rows and columns of zeros put around x
 * @param dilation the distance between the elements of x that a filter sees
 * @param groups parts of the channels that do not see each other; C is a multiple of it
 * @param bias whether b is added
 * @param weightInit what the weight begins with
 * @param biasInit what the bias begins with; one that scales with fans takes the weight's
 */
public record Conv2d(
    int outChannels,
    int kernel,
    @Default("1") int stride,
    @Default("0") int padding,
    @Default("1") int dilation,
    @Default("1") int groups,
    @Default("true") boolean bias,
    @Default("fanInUniform") Initializer weightInit,
    @Default("fanInUniform") Initializer biasInit)
    implements Layer {
  public Conv2d {
    GraphException.check(
        Math.min(Math.min(outChannels, kernel), Math.min(stride, Math.min(dilation, groups))) >= 1,
        "conv2d: outChannels, kernel, stride, dilation and groups must be at least 1,"
            + " found %d, %d, %d, %d, %d",
        outChannels,
        kernel,
        stride,
        dilation,
        groups);
    GraphException.check(padding >= 0, "conv2d: padding must be at least 0, found %d", padding);
    GraphException.check(
        outChannels % groups == 0,
        "conv2d: outChannels must be a multiple of groups, found %d and %d",
        outChannels,
        groups);
  }

  /** Stride 1, no padding, with a bias, and weights that begin as in PyTorch. */
  public Conv2d(int outChannels, int kernel) {
    this(outChannels, kernel, 1, 0, 1, 1, true, new FanInUniform(), new FanInUniform());
  }

  public Conv2d stride(int stride) {
    return new Conv2d(
        outChannels, kernel, stride, padding, dilation, groups, bias, weightInit, biasInit);
  }

  public Conv2d padding(int padding) {
    return new Conv2d(
        outChannels, kernel, stride, padding, dilation, groups, bias, weightInit, biasInit);
  }

  public Conv2d dilation(int dilation) {
    return new Conv2d(
        outChannels, kernel, stride, padding, dilation, groups, bias, weightInit, biasInit);
  }

  public Conv2d groups(int groups) {
    return new Conv2d(
        outChannels, kernel, stride, padding, dilation, groups, bias, weightInit, biasInit);
  }

  public Conv2d bias(boolean bias) {
    return new Conv2d(
        outChannels, kernel, stride, padding, dilation, groups, bias, weightInit, biasInit);
  }

  public Conv2d weightInit(Initializer weightInit) {
    return new Conv2d(
        outChannels, kernel, stride, padding, dilation, groups, bias, weightInit, biasInit);
  }

  public Conv2d biasInit(Initializer biasInit) {
    return new Conv2d(
        outChannels, kernel, stride, padding, dilation, groups, bias, weightInit, biasInit);
  }

  @Override
  public String name() {
    return "conv";
  }

  @Override
  public Value build(Net net, Value x) {
    GraphException.check(
        x.shape().rank() == 4, "conv2d: expected [N, C, H, W], found %s", x.shape());
    int channels = x.shape().dim(1);
    GraphException.check(
        channels % groups == 0,
        "conv2d: %d input channels do not divide into %d groups",
        channels,
        groups);
    Shape shape = Shape.of(outChannels, channels / groups, kernel, kernel);
    Window2d window = Window2d.square(kernel, stride, padding).dilation(dilation, dilation);
    Value y = Ops.conv2d(x, net.parameter("weight", shape, weightInit), window, groups);
    if (!bias) {
      return y;
    }
    Initializer init = biasInit.forBiasOf(shape);
    Value b = net.parameter("bias", Shape.of(outChannels), init);
    return Ops.add(y, Ops.reshape(b, outChannels, 1, 1));
  }
}
