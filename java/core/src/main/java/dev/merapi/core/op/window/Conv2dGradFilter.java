package dev.merapi.core.op.window;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.Value;
import dev.merapi.core.graph.Window;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * The gradient of {@link Conv2d} by its weight: for each weight, the sum over all windows of the
 * input element that it met times the window's gradient.
 *
 * <p>x [N, C, H, W], gradOutput [N, O, outputH, outputW]; output [O, C / groups, kernelH, kernelW].
 *
 * @param convolution the convolution whose gradient this is
 */
public record Conv2dGradFilter(Conv2d convolution) implements Window {
  /** The gradient by the weight. */
  public static Value of(Value x, Value gradOutput, Conv2d convolution) {
    return x.graph().apply(new Conv2dGradFilter(convolution), x, gradOutput);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    TensorType gradOutput = inputs.get(1);
    Window2d window = convolution.window();
    int groups = convolution.groups();
    Window2d.checkImages("input", "[N, C, H, W]", x);
    Window2d.checkImages("gradOutput", "[N, O, H, W]", gradOutput);
    int inChannels = x.shape().dim(1);
    int outChannels = gradOutput.shape().dim(1);
    Conv2d.checkGroups("input", inChannels, groups);
    Conv2d.checkGroups("output", outChannels, groups);
    window.checkGradOutput(gradOutput, x, outChannels);
    return List.of(
        x.withShape(
            Shape.of(outChannels, inChannels / groups, window.h().kernel(), window.w().kernel())));
  }

  /** Linear in both inputs, with what comes back in the weight's place. */
  @Override
  public void gradient(Adjoint adjoint) {
    Value x = adjoint.input(0);
    Value gradOutput = adjoint.input(1);
    Value grad = adjoint.gradOutput();
    adjoint.give(0, () -> Conv2dGradInput.of(gradOutput, grad, convolution, x.shape()));
    adjoint.give(1, () -> x.graph().apply(convolution, x, grad));
  }
}
