package dev.merapi.core.op.window;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.Value;
import dev.merapi.core.graph.Window;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * The largest element of each window; the padding counts as minus infinity.
 *
 * <p>x [N, C, H, W]; output [N, C, outputH, outputW]. Windows may overlap and have no dilation; the
 * padding is at most half the kernel, as in PyTorch, so that each window has an element. The result
 * for NaN is not specified; a window of nothing but minus infinity gives minus infinity or the
 * lowest finite number.
 *
 * @param window the kernel's size and how it slides
 */
public record MaxPool2d(Window2d window) implements Window {
  public static Value of(Value x, Window2d window) {
    return x.graph().apply(new MaxPool2d(window), x);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    Window2d.checkImages("input", "[N, C, H, W]", x);
    window.checkPooling();
    return List.of(x.withShape(window.output(x.shape(), x.shape().dim(1))));
  }

  @Override
  public void gradient(Adjoint adjoint) {
    adjoint.give(
        0,
        () -> MaxPool2dGrad.of(adjoint.input(0), adjoint.output(0), adjoint.gradOutput(), window));
  }
}
