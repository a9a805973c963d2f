package dev.merapi.core.op.window;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.Value;
import dev.merapi.core.graph.Window;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * The gradient of {@link AvgPool2d}: each element of a window gets the window's gradient divided by
 * kernelH kernelW.
 *
 * <p>gradOutput [N, C, outputH, outputW]; output [N, C, inputH, inputW].
 *
 * @param window the kernel's size and how it slides
 * @param inputH the height of the pooling's input
 * @param inputW the width of the pooling's input
 */
public record AvgPool2dGrad(Window2d window, int inputH, int inputW) implements Window {
  /** The gradient by an input of this shape [N, C, H, W]. */
  public static Value of(Value gradOutput, Window2d window, Shape input) {
    AvgPool2dGrad op = new AvgPool2dGrad(window, input.dim(2), input.dim(3));
    return gradOutput.graph().apply(op, gradOutput);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType gradOutput = inputs.get(0);
    Window2d.checkImages("gradOutput", "[N, C, H, W]", gradOutput);
    window.checkPooling();
    TensorType x = gradOutput.withShape(gradOutput.shape().with(2, inputH).with(3, inputW));
    window.checkGradOutput(gradOutput, x, x.shape().dim(1));
    return List.of(x);
  }

  /** Linear, so its gradient is the pooling itself. */
  @Override
  public void gradient(Adjoint adjoint) {
    adjoint.give(0, () -> AvgPool2d.of(adjoint.gradOutput(), window));
  }
}
