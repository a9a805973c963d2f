package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;
import dev.merapi.nn.init.FanInUniform;
import dev.merapi.nn.init.Initializer;

/**
 * A convolution of each channel by itself, with square kernels over x [N, C, H, W]: y[:, c *
 * multiplier + m] = x[:, c] * W[c * multiplier + m] + b[c * multiplier + m], where * is
 * cross-correlation; y [N, C * multiplier, outH, outW], outH = (H + 2 padding - dilation (kernel -
 * 1) - 1) / stride + 1, rounded down.
 *
 * <p>The same as {@code conv2d} with as many groups as channels. Variables: {@code weight} [C *
 * multiplier, 1, kernel, kernel] and {@code bias} [C * multiplier]. Source: Sifre, "Rigid-motion
 * scattering for image classification", 2014; Howard et al., "MobileNets", arXiv 1704.04861, 2017.
 *
 * @param kernel the filters' height and width
 * @param multiplier how many outputs each channel has
 * @param stride how far the filters move from one output to the next
 * @param padding rows and columns of zeros put around x
 * @param dilation the distance between the elements of x that a filter sees
 * @param bias whether b is added
 * @param weightInit what the weight begins with
 * @param biasInit what the bias begins with; one that scales with fans takes the weight's
 */
public record DepthwiseConv2d(
    int kernel,
    @Default("1") int multiplier,
    @Default("1") int stride,
    @Default("0") int padding,
    @Default("1") int dilation,
    @Default("true") boolean bias,
    @Default("fanInUniform") Initializer weightInit,
    @Default("fanInUniform") Initializer biasInit)
    implements Layer {
  public DepthwiseConv2d {
    GraphException.check(
        multiplier >= 1, "depthwiseConv2d: multiplier must be at least 1, found %d", multiplier);
    Windows.check("depthwiseConv2d", kernel, stride, padding, dilation);
  }

  /** One output for each channel, stride 1, no padding, with a bias. */
  public DepthwiseConv2d(int kernel) {
    this(kernel, 1, 1, 0, 1, true, new FanInUniform(), new FanInUniform());
  }

  public DepthwiseConv2d multiplier(int multiplier) {
    return new DepthwiseConv2d(
        kernel, multiplier, stride, padding, dilation, bias, weightInit, biasInit);
  }

  public DepthwiseConv2d stride(int stride) {
    return new DepthwiseConv2d(
        kernel, multiplier, stride, padding, dilation, bias, weightInit, biasInit);
  }

  public DepthwiseConv2d padding(int padding) {
    return new DepthwiseConv2d(
        kernel, multiplier, stride, padding, dilation, bias, weightInit, biasInit);
  }

  public DepthwiseConv2d dilation(int dilation) {
    return new DepthwiseConv2d(
        kernel, multiplier, stride, padding, dilation, bias, weightInit, biasInit);
  }

  public DepthwiseConv2d bias(boolean bias) {
    return new DepthwiseConv2d(
        kernel, multiplier, stride, padding, dilation, bias, weightInit, biasInit);
  }

  public DepthwiseConv2d weightInit(Initializer weightInit) {
    return new DepthwiseConv2d(
        kernel, multiplier, stride, padding, dilation, bias, weightInit, biasInit);
  }

  public DepthwiseConv2d biasInit(Initializer biasInit) {
    return new DepthwiseConv2d(
        kernel, multiplier, stride, padding, dilation, bias, weightInit, biasInit);
  }

  @Override
  public String name() {
    return "conv";
  }

  @Override
  public Value build(Net net, Value x) {
    GraphException.check(
        x.shape().rank() == 4, "depthwiseConv2d: expected [N, C, H, W], found %s", x.shape());
    int channels = x.shape().dim(1);
    return new Conv2d(
            channels * multiplier,
            kernel,
            stride,
            padding,
            dilation,
            channels,
            bias,
            weightInit,
            biasInit)
        .build(net, x);
  }
}
