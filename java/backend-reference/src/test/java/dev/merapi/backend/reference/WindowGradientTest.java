package dev.merapi.backend.reference;

import static dev.merapi.core.op.Ops.avgPool2d;
import static dev.merapi.core.op.Ops.conv2d;
import static dev.merapi.core.op.Ops.maxPool2d;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.sum;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.window.Window2d;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Gradients of convolution and pooling. */
class WindowGradientTest extends GradientCheck {
  private static final Window2d WINDOW =
      Window2d.of(3, 2).stride(2, 1).padding(1, 0).dilation(1, 2);

  @Test
  void convolution() {
    Value x = input(2, 4, 5, 4);
    Value weight = input(2, 2, 3, 2);
    check(() -> conv2d(x, weight, WINDOW, 2), x, weight);
  }

  /** The gradients are convolutions of another kind, and have gradients themselves. */
  @Test
  void convolutionTwice() {
    Value x = input(1, 2, 4, 4);
    Value weight = input(2, 1, 3, 2);
    Value seed = input(1, 2, 2, 2);
    Value y = conv2d(x, weight, WINDOW, 2);
    List<Value> gradients = Differentiator.gradients(sum(mul(y, seed)), List.of(x, weight));
    check(() -> gradients.get(0), weight, seed);
    check(() -> gradients.get(1), x, seed);
  }

  @Test
  void pooling() {
    Value x = input(2, 1, 5, 4);
    Window2d window = Window2d.of(3, 2).stride(2, 1).padding(1, 0);
    check(() -> maxPool2d(x, window), x);
    check(() -> avgPool2d(x, window), x);
  }

  @Test
  void averagePoolingTwice() {
    Value x = input(1, 1, 4, 4);
    Value seed = input(1, 1, 2, 2);
    Value loss = sum(mul(avgPool2d(x, Window2d.square(2, 2, 0)), seed));
    Value gradient = Differentiator.gradients(loss, List.of(x)).get(0);
    check(() -> gradient, seed);
  }

  @Test
  void maxPoolingOfOverlappingWindowsOnlyOnce() {
    Value x = input(1, 1, 5, 5);
    Value y = maxPool2d(x, Window2d.square(3, 2, 0));
    Value gradient = Differentiator.gradients(sum(mul(y, y)), List.of(x)).get(0);
    assertThatThrownBy(() -> Differentiator.gradients(sum(gradient), List.of(x)))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("overlapping windows can be differentiated once only");
  }
}
