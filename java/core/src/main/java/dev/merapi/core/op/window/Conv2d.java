package dev.merapi.core.op.window;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.graph.Window;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * Two-dimensional convolution (cross-correlation, as in PyTorch): y[n, o, i, j] = sum over c, p, q
 * of x[n, c, i strideH - paddingH + p dilationH, j strideW - paddingW + q dilationW] weight[o, c,
 * p, q], where x is 0 in the padding.
 *
 * <p>x [N, C, H, W], weight [O, C / groups, kernelH, kernelW]; output [N, O, outputH, outputW].
 * With groups, each of the equal parts of the output channels sees its own part of the input
 * channels. Source: LeCun et al., Proceedings of the IEEE 86(11), 1998; groups: Krizhevsky et al.,
 * NIPS 2012.
 *
 * @param window the kernel's size and how it slides
 * @param groups the number of independent groups of channels
 */
public record Conv2d(Window2d window, int groups) implements Window {
  /** Convolves with a window as large as the weight's last two axes. */
  public static Value of(Value x, Value weight, Window2d window, int groups) {
    return x.graph().apply(new Conv2d(window, groups), x, weight);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    TensorType weight = inputs.get(1);
    Window2d.checkImages("input", "[N, C, H, W]", x);
    checkWeight(weight, window, groups);
    GraphException.check(
        x.dtype() == weight.dtype(), "input is %s, weight is %s", x.dtype(), weight.dtype());
    GraphException.check(
        x.shape().dim(1) == weight.shape().dim(1) * groups,
        "input has %d channels, weight expects %d",
        x.shape().dim(1),
        weight.shape().dim(1) * groups);
    return List.of(x.withShape(window.output(x.shape(), weight.shape().dim(0))));
  }

  static void checkWeight(TensorType weight, Window2d window, int groups) {
    Window2d.checkImages("weight", "[outChannels, inChannels / groups, kernelH, kernelW]", weight);
    Shape shape = weight.shape();
    GraphException.check(
        shape.dim(2) == window.h().kernel() && shape.dim(3) == window.w().kernel(),
        "window has kernel %dx%d, weight has %dx%d",
        window.h().kernel(),
        window.w().kernel(),
        shape.dim(2),
        shape.dim(3));
    checkGroups("output", shape.dim(0), groups);
  }

  static void checkGroups(String side, int channels, int groups) {
    GraphException.check(
        groups >= 1 && channels % groups == 0,
        "%d %s channels do not divide into %d groups",
        channels,
        side,
        groups);
  }

  @Override
  public void gradient(Adjoint adjoint) {
    Value x = adjoint.input(0);
    Value weight = adjoint.input(1);
    adjoint.give(0, () -> Conv2dGradInput.of(adjoint.gradOutput(), weight, this, x.shape()));
    adjoint.give(1, () -> Conv2dGradFilter.of(x, adjoint.gradOutput(), this));
  }
}
