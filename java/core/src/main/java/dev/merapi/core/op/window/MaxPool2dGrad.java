package dev.merapi.core.op.window;

import static dev.merapi.core.op.elementwise.Arithmetic.mul;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.graph.Window;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * The gradient of {@link MaxPool2d}: each window's gradient goes to its largest element, the first
 * one in row-major order when several are equal, and an element that several windows chose gets the
 * sum.
 *
 * <p>x [N, C, H, W], y and gradOutput [N, C, outputH, outputW]; output [N, C, H, W]. It has a
 * gradient itself where windows do not overlap.
 *
 * @param window the kernel's size and how it slides
 */
public record MaxPool2dGrad(Window2d window) implements Window {
  /** The gradient by x, for the pooling's output y. */
  public static Value of(Value x, Value y, Value gradOutput, Window2d window) {
    return x.graph().apply(new MaxPool2dGrad(window), x, y, gradOutput);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    Window2d.checkImages("input", "[N, C, H, W]", x);
    window.checkPooling();
    window.checkGradOutput(inputs.get(2), x, x.shape().dim(1));
    GraphException.check(
        inputs.get(1).equals(inputs.get(2)),
        "expected y like gradOutput %s, found %s",
        inputs.get(2),
        inputs.get(1));
    return List.of(x);
  }

  /**
   * Linear in gradOutput, and constant in x and y but for jumps: what comes back to a window is
   * that of its largest element, which the gradient of ones marks.
   */
  @Override
  public void gradient(Adjoint adjoint) {
    GraphException.check(
        window.h().stride() >= window.h().kernel() && window.w().stride() >= window.w().kernel(),
        "maxPool2dGrad has no gradient: max pooling with overlapping windows can be differentiated"
            + " once only, found %s",
        window);
    adjoint.give(
        2,
        () -> {
          Value ones = Constant.of(adjoint.gradOutput().graph(), adjoint.input(2).type(), 1);
          Value largest = of(adjoint.input(0), adjoint.input(1), ones, window);
          Value chosen = mul(adjoint.gradOutput(), largest);
          return mul(AvgPool2d.of(chosen, window), window.h().kernel() * window.w().kernel());
        });
  }
}
