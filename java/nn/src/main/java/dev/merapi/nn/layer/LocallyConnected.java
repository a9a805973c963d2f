package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;
import dev.merapi.nn.init.FanInUniform;
import dev.merapi.nn.init.Initializer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A convolution whose filters are not shared: every place of y has filters of its own, y[n, o, i,
 * j] = sum over c, p, q of x[n, c, i stride - padding + p, j stride - padding + q] W[i outW + j, o,
 * c, p, q] + b[o, i, j].
 *
 * <p>x [N, C, H, W]; y [N, outChannels, outH, outW], outH = (H + 2 padding - kernel) / stride + 1,
 * rounded down. Variables: {@code weight} [outH * outW, outChannels, C, kernel, kernel] and {@code
 * bias} [outChannels, outH, outW]. Source: LeCun, "Generalization and network design strategies",
 * 1989; Taigman, Yang, Ranzato and Wolf, "DeepFace", CVPR 2014.
 *
 * @param outChannels the number of filters at each place
 * @param kernel the filters' height and width
 * @param stride how far apart the windows of neighbours lie in x
 * @param padding rows and columns of zeros put around x
 * @param bias whether b is added
 * @param weightInit what the weight begins with; the fans are those of one place's filters
 * @param biasInit what the bias begins with; one that scales with fans takes the weight's
 */
public record LocallyConnected(
    int outChannels,
    int kernel,
    @Default("1") int stride,
    @Default("0") int padding,
    @Default("true") boolean bias,
    @Default("fanInUniform") Initializer weightInit,
    @Default("fanInUniform") Initializer biasInit)
    implements Layer {
  public LocallyConnected {
    Windows.check("locallyConnected", kernel, stride, padding, 1);
    Windows.checkGroups("locallyConnected", outChannels, 1);
  }

  /** Stride 1, no padding, with a bias, and weights that begin as those of a convolution. */
  public LocallyConnected(int outChannels, int kernel) {
    this(outChannels, kernel, 1, 0, true, new FanInUniform(), new FanInUniform());
  }

  public LocallyConnected stride(int stride) {
    return new LocallyConnected(outChannels, kernel, stride, padding, bias, weightInit, biasInit);
  }

  public LocallyConnected padding(int padding) {
    return new LocallyConnected(outChannels, kernel, stride, padding, bias, weightInit, biasInit);
  }

  public LocallyConnected bias(boolean bias) {
    return new LocallyConnected(outChannels, kernel, stride, padding, bias, weightInit, biasInit);
  }

  public LocallyConnected weightInit(Initializer weightInit) {
    return new LocallyConnected(outChannels, kernel, stride, padding, bias, weightInit, biasInit);
  }

  public LocallyConnected biasInit(Initializer biasInit) {
    return new LocallyConnected(outChannels, kernel, stride, padding, bias, weightInit, biasInit);
  }

  @Override
  public Value build(Net net, Value x) {
    Shape shape = x.shape();
    GraphException.check(
        shape.rank() == 4, "locallyConnected: expected [N, C, H, W], found %s", shape);
    Value patches = patches(x);
    int outH = patches.shape().dim(0);
    int outW = patches.shape().dim(1);
    int places = outH * outW;
    int seen = shape.dim(1) * kernel * kernel;
    Shape filter = Shape.of(outChannels, shape.dim(1), kernel, kernel);
    Value weight =
        net.parameter("weight", Shape.of(places).concat(filter), weightInit.forBiasOf(filter));
    Value products =
        Ops.matMul(
            Ops.reshape(weight, places, outChannels, seen),
            Ops.reshape(patches, places, seen, shape.dim(0)));
    Value y =
        Ops.transpose(Ops.reshape(products, outH, outW, outChannels, shape.dim(0)), 3, 2, 0, 1);
    if (!bias) {
      return y;
    }
    Shape biases = Shape.of(outChannels, outH, outW);
    return Ops.add(y, net.parameter("bias", biases, biasInit.forBiasOf(filter)));
  }

  /** What each place sees: [outH, outW, C, kernel, kernel, N]. */
  private Value patches(Value x) {
    List<Integer> rim = List.of(0, 0, padding, padding);
    Value rows = windows(Ops.pad(x, rim, rim, 0), 2, 2);
    return Ops.transpose(windows(rows, 4, 3), 4, 5, 1, 2, 3, 0);
  }

  /** The windows along an axis, with a new axis of a window's elements. */
  private Value windows(Value x, int axis, int elements) {
    Shape shape = x.shape();
    int count = Math.floorDiv(shape.dim(axis) - kernel, stride) + 1;
    GraphException.check(
        count >= 1,
        "locallyConnected: kernel %dx%d is larger than the padded input, %d at an edge",
        kernel,
        kernel,
        shape.dim(axis));
    Value[] parts = new Value[kernel];
    for (int element = 0; element < kernel; element++) {
      List<Integer> starts = new ArrayList<>(Collections.nCopies(shape.rank(), 0));
      List<Integer> ends = new ArrayList<>(IntStream.of(shape.toArray()).boxed().toList());
      List<Integer> steps = new ArrayList<>(Collections.nCopies(shape.rank(), 1));
      starts.set(axis, element);
      ends.set(axis, element + (count - 1) * stride + 1);
      steps.set(axis, stride);
      Value part = Ops.slice(x, starts, ends, steps);
      Shape before = part.shape().slice(0, elements);
      Shape after = part.shape().slice(elements, part.shape().rank());
      parts[element] = Ops.reshape(part, before.concat(Shape.of(1)).concat(after).toArray());
    }
    return Ops.concat(elements, parts);
  }
}
