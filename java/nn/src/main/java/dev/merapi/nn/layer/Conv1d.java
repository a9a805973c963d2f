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
 * A convolution over sequences x [N, C, L]: y[:, o] = sum over c of x[:, c] * W[o, c] + b[o], where
 * * is cross-correlation; y [N, outChannels, outL], outL = (L + 2 padding - dilation (kernel - 1) -
 * 1) / stride + 1, rounded down.
 *
 * <p>Variables: {@code weight} [outChannels, C / groups, kernel] and {@code bias} [outChannels], as
 * in PyTorch. Source: Waibel et al., "Phoneme recognition using time-delay neural networks", IEEE
 * Transactions on ASSP 37(3), 1989.
 *
 * @param outChannels the number of filters, a multiple of groups
 * @param kernel the filters' length
 * @param stride how far the filters move from one output to the next
 * @param padding zeros put before and after x
 * @param dilation the distance between the elements of x that a filter sees
 * @param groups parts of the channels that do not see each other; C is a multiple of it
 * @param bias whether b is added
 * @param weightInit what the weight begins with
 * @param biasInit what the bias begins with; one that scales with fans takes the weight's
 */
public record Conv1d(
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
  public Conv1d {
    Windows.check("conv1d", kernel, stride, padding, dilation);
    Windows.checkGroups("conv1d", outChannels, groups);
  }

  /** Stride 1, no padding, with a bias, and weights that begin as in PyTorch. */
  public Conv1d(int outChannels, int kernel) {
    this(outChannels, kernel, 1, 0, 1, 1, true, new FanInUniform(), new FanInUniform());
  }

  public Conv1d stride(int stride) {
    return new Conv1d(
        outChannels, kernel, stride, padding, dilation, groups, bias, weightInit, biasInit);
  }

  public Conv1d padding(int padding) {
    return new Conv1d(
        outChannels, kernel, stride, padding, dilation, groups, bias, weightInit, biasInit);
  }

  public Conv1d dilation(int dilation) {
    return new Conv1d(
        outChannels, kernel, stride, padding, dilation, groups, bias, weightInit, biasInit);
  }

  public Conv1d groups(int groups) {
    return new Conv1d(
        outChannels, kernel, stride, padding, dilation, groups, bias, weightInit, biasInit);
  }

  public Conv1d bias(boolean bias) {
    return new Conv1d(
        outChannels, kernel, stride, padding, dilation, groups, bias, weightInit, biasInit);
  }

  public Conv1d weightInit(Initializer weightInit) {
    return new Conv1d(
        outChannels, kernel, stride, padding, dilation, groups, bias, weightInit, biasInit);
  }

  public Conv1d biasInit(Initializer biasInit) {
    return new Conv1d(
        outChannels, kernel, stride, padding, dilation, groups, bias, weightInit, biasInit);
  }

  @Override
  public String name() {
    return "conv";
  }

  @Override
  public Value build(Net net, Value x) {
    Value rows = Sequences.toImages("conv1d", x);
    int channels = x.shape().dim(1);
    GraphException.check(
        channels % groups == 0,
        "conv1d: %d input channels do not divide into %d groups",
        channels,
        groups);
    Shape shape = Shape.of(outChannels, channels / groups, kernel);
    Value weight = net.parameter("weight", shape, weightInit);
    Value filters = Ops.reshape(weight, outChannels, channels / groups, 1, kernel);
    Window2d window = Sequences.window(kernel, stride, padding).dilation(1, dilation);
    Value y = Ops.conv2d(rows, filters, window, groups);
    if (bias) {
      Value b = net.parameter("bias", Shape.of(outChannels), biasInit.forBiasOf(shape));
      y = Ops.add(y, PerChannel.of(b, y));
    }
    return Sequences.fromImages(y);
  }
}
