package dev.merapi.core.op.window;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.graph.Window;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * The gradient of {@link Conv2d} by its input: every gradient element is spread over the input
 * elements that its window read, times the weight (a transposed convolution).
 *
 * <p>gradOutput [N, O, outputH, outputW], weight [O, C / groups, kernelH, kernelW]; output [N, C,
 * inputH, inputW]. A stride hides the input's size, so that it is an attribute.
 *
 * @param convolution the convolution whose gradient this is
 * @param inputH the height of the convolution's input
 * @param inputW the width of the convolution's input
 */
public record Conv2dGradInput(Conv2d convolution, int inputH, int inputW) implements Window {
  /** The gradient by an input of this shape [N, C, H, W]. */
  public static Value of(Value gradOutput, Value weight, Conv2d convolution, Shape input) {
    Conv2dGradInput op = new Conv2dGradInput(convolution, input.dim(2), input.dim(3));
    return gradOutput.graph().apply(op, gradOutput, weight);
  }

  /**
   * The transposed convolution of x [N, O, H, W]: the smallest images whose convolution has x's
   * shape, and rows and columns more at their end.
   *
   * @param outputPadding how many more, less than the window's strides
   */
  public static Value transposed(
      Value x, Value weight, Window2d window, int groups, int outputPadding) {
    Window2d.checkImages("input", "[N, O, H, W]", x.type());
    int outputH = window.h().input(x.shape().dim(2)) + outputPadding;
    int outputW = window.w().input(x.shape().dim(3)) + outputPadding;
    GraphException.check(
        outputH >= 1 && outputW >= 1,
        "padding %dx%d leaves nothing of input %s",
        window.h().padding(),
        window.w().padding(),
        x.shape());
    Conv2d convolution = new Conv2d(window, groups);
    return x.graph().apply(new Conv2dGradInput(convolution, outputH, outputW), x, weight);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType gradOutput = inputs.get(0);
    TensorType weight = inputs.get(1);
    Window2d.checkImages("gradOutput", "[N, O, H, W]", gradOutput);
    Conv2d.checkWeight(weight, convolution.window(), convolution.groups());
    GraphException.check(
        gradOutput.dtype() == weight.dtype(),
        "gradOutput is %s, weight is %s",
        gradOutput.dtype(),
        weight.dtype());
    int channels = weight.shape().dim(1) * convolution.groups();
    TensorType x =
        gradOutput.withShape(Shape.of(gradOutput.shape().dim(0), channels, inputH, inputW));
    convolution.window().checkGradOutput(gradOutput, x, weight.shape().dim(0));
    return List.of(x);
  }

  /** Linear in both inputs: what comes back is convolved, or is the input of a filter gradient. */
  @Override
  public void gradient(Adjoint adjoint) {
    Value grad = adjoint.gradOutput();
    adjoint.give(0, () -> grad.graph().apply(convolution, grad, adjoint.input(1)));
    adjoint.give(1, () -> Conv2dGradFilter.of(grad, adjoint.input(0), convolution));
  }
}
