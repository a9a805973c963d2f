package dev.merapi.core.op.window;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.Value;
import dev.merapi.core.graph.Window;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * The mean of each window: the sum of its elements divided by kernelH kernelW. The padding counts
 * as zeros and in the divisor (PyTorch's {@code count_include_pad=True}).
 *
 * <p>x [N, C, H, W]; output [N, C, outputH, outputW]. Windows may overlap and have no dilation; the
 * padding is at most half the kernel.
 *
 * @param window the kernel's size and how it slides
 */
public record AvgPool2d(Window2d window) implements Window {
  public static Value of(Value x, Window2d window) {
    return x.graph().apply(new AvgPool2d(window), x);
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
    adjoint.give(0, () -> AvgPool2dGrad.of(adjoint.gradOutput(), window, adjoint.input(0).shape()));
  }
}
