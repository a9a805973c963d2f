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
 * A transposed convolution with square kernels over x [N, C, H, W], which makes images larger:
 * every element of x is spread over a window of y, times the filter, y[n, o, i stride - padding + p
 * dilation, j stride - padding + q dilation] += x[n, c, i, j] W[c, o, p, q], and b[o] is added; y
 * [N, outChannels, outH, outW], outH = (H - 1) stride - 2 padding + dilation (kernel - 1) +
 * outputPadding + 1.
 *
 * <p>It is the gradient of {@code conv2d} by its input. Variables: {@code weight} [C, outChannels /
 * groups, kernel, kernel] and {@code bias} [outChannels], as in PyTorch. Source: Zeiler, Krishnan,
 * Taylor and Fergus, "Deconvolutional networks", CVPR 2010; Dumoulin and Visin, arXiv 1603.07285,
 * 2016.
 *
 * @param outChannels the channels of y, a multiple of groups
 * @param kernel the filters' height and width
 * @param stride how far apart the windows of neighbours lie in y
 * @param padding rows and columns cut off around y
 * @param outputPadding rows and columns more at the end of y, less than stride
 * @param dilation the distance between the elements of y that a filter reaches
 * @param groups parts of the channels that do not see each other; C is a multiple of it
 * @param bias whether b is added
 * @param weightInit what the weight begins with
 * @param biasInit what the bias begins with; one that scales with fans takes the weight's
 */
public record ConvTranspose2d(
    int outChannels,
    int kernel,
    @Default("1") int stride,
    @Default("0") int padding,
    @Default("0") int outputPadding,
    @Default("1") int dilation,
    @Default("1") int groups,
    @Default("true") boolean bias,
    @Default("fanInUniform") Initializer weightInit,
    @Default("fanInUniform") Initializer biasInit)
    implements Layer {
  public ConvTranspose2d {
    Windows.check("convTranspose2d", kernel, stride, padding, dilation);
    Windows.checkGroups("convTranspose2d", outChannels, groups);
    GraphException.check(
        outputPadding >= 0 && outputPadding < stride,
        "convTranspose2d: expected an outputPadding of 0 to stride - 1 = %d, found %d",
        stride - 1,
        outputPadding);
  }

  /** Stride 1, no padding, with a bias, and weights that begin as in PyTorch. */
  public ConvTranspose2d(int outChannels, int kernel) {
    this(outChannels, kernel, 1, 0, 0, 1, 1, true, new FanInUniform(), new FanInUniform());
  }

  public ConvTranspose2d stride(int stride) {
    return new ConvTranspose2d(
        outChannels,
        kernel,
        stride,
        padding,
        outputPadding,
        dilation,
        groups,
        bias,
        weightInit,
        biasInit);
  }

  public ConvTranspose2d padding(int padding) {
    return new ConvTranspose2d(
        outChannels,
        kernel,
        stride,
        padding,
        outputPadding,
        dilation,
        groups,
        bias,
        weightInit,
        biasInit);
  }

  public ConvTranspose2d outputPadding(int outputPadding) {
    return new ConvTranspose2d(
        outChannels,
        kernel,
        stride,
        padding,
        outputPadding,
        dilation,
        groups,
        bias,
        weightInit,
        biasInit);
  }

  public ConvTranspose2d dilation(int dilation) {
    return new ConvTranspose2d(
        outChannels,
        kernel,
        stride,
        padding,
        outputPadding,
        dilation,
        groups,
        bias,
        weightInit,
        biasInit);
  }

  public ConvTranspose2d groups(int groups) {
    return new ConvTranspose2d(
        outChannels,
        kernel,
        stride,
        padding,
        outputPadding,
        dilation,
        groups,
        bias,
        weightInit,
        biasInit);
  }

  public ConvTranspose2d bias(boolean bias) {
    return new ConvTranspose2d(
        outChannels,
        kernel,
        stride,
        padding,
        outputPadding,
        dilation,
        groups,
        bias,
        weightInit,
        biasInit);
  }

  public ConvTranspose2d weightInit(Initializer weightInit) {
    return new ConvTranspose2d(
        outChannels,
        kernel,
        stride,
        padding,
        outputPadding,
        dilation,
        groups,
        bias,
        weightInit,
        biasInit);
  }

  public ConvTranspose2d biasInit(Initializer biasInit) {
    return new ConvTranspose2d(
        outChannels,
        kernel,
        stride,
        padding,
        outputPadding,
        dilation,
        groups,
        bias,
        weightInit,
        biasInit);
  }

  @Override
  public String name() {
    return "convTranspose";
  }

  @Override
  public Value build(Net net, Value x) {
    GraphException.check(
        x.shape().rank() == 4, "convTranspose2d: expected [N, C, H, W], found %s", x.shape());
    int channels = x.shape().dim(1);
    GraphException.check(
        channels % groups == 0,
        "convTranspose2d: %d input channels do not divide into %d groups",
        channels,
        groups);
    Shape shape = Shape.of(channels, outChannels / groups, kernel, kernel);
    Window2d window = Window2d.square(kernel, stride, padding).dilation(dilation, dilation);
    Value weight = net.parameter("weight", shape, weightInit);
    Value y = Ops.convTranspose2d(x, weight, window, groups, outputPadding);
    if (!bias) {
      return y;
    }
    Value b = net.parameter("bias", Shape.of(outChannels), biasInit.forBiasOf(shape));
    return Ops.add(y, PerChannel.of(b, y));
  }
}
