package dev.merapi.backend.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.op.window.Conv2d;
import dev.merapi.core.op.window.Conv2dGradFilter;
import dev.merapi.core.op.window.Conv2dGradInput;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class Conv2dKernelsTest {
  private static final HostTensor X =
      HostTensor.of(Shape.of(1, 1, 3, 3), 1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f, 9f);
  private static final HostTensor WEIGHT = HostTensor.of(Shape.of(1, 1, 2, 2), 1f, 2f, 3f, 4f);

  @Test
  void slidesTheKernelWithoutTurningIt() {
    // The first one is 1*1 + 2*2 + 4*3 + 5*4.
    assertThat(Kernels.run(new Conv2d(Window2d.of(2, 2), 1), X, WEIGHT))
        .isEqualTo(HostTensor.of(Shape.of(1, 1, 2, 2), 37f, 47f, 67f, 77f));
  }

  @Test
  void strideAndPadding() {
    // Windows at rows and columns (-1, 0) and (1, 2).
    Conv2d op = new Conv2d(Window2d.square(2, 2, 1), 1);
    assertThat(Kernels.run(op, X, WEIGHT))
        .isEqualTo(HostTensor.of(Shape.of(1, 1, 2, 2), 4f, 18f, 36f, 77f));
  }

  @Test
  void dilationDiffersByAxis() {
    // The kernel meets columns 0 and 2 of two neighbouring rows.
    Conv2d op = new Conv2d(Window2d.of(2, 2).dilation(1, 2), 1);
    assertThat(Kernels.run(op, X, WEIGHT))
        .isEqualTo(HostTensor.of(Shape.of(1, 1, 2, 1), 1f + 6 + 12 + 24, 4f + 12 + 21 + 36));
  }

  @Test
  void groupsSeeTheirOwnChannels() {
    // Two samples of four channels with one element; outputs 0, 1 see channels 0, 1.
    HostTensor x = HostTensor.of(Shape.of(2, 4, 1, 1), 1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f);
    HostTensor weight = HostTensor.of(Shape.of(4, 2, 1, 1), 1f, 0f, 0f, 1f, 1f, 1f, 10f, 1f);
    assertThat(Kernels.run(new Conv2d(Window2d.of(1, 1), 2), x, weight))
        .isEqualTo(HostTensor.of(Shape.of(2, 4, 1, 1), 1f, 2f, 7f, 34f, 5f, 6f, 15f, 78f));
  }

  /** Ones everywhere count the elements that a window has; the image takes several parts. */
  @Test
  void countsElementsOfALargeImage() {
    HostTensor x = HostTensor.filled(TensorType.f32(2, 5, 60, 50), 1);
    HostTensor weight = HostTensor.filled(TensorType.f32(3, 5, 3, 3), 1);
    HostTensor y = Kernels.run(new Conv2d(Window2d.square(3, 1, 1), 1), x, weight);
    for (int i = 0; i < y.elements(); i++) {
      int rows = i / 50 % 60 == 0 || i / 50 % 60 == 59 ? 2 : 3;
      int columns = i % 50 == 0 || i % 50 == 49 ? 2 : 3;
      assertThat(y.get(i)).isEqualTo(5 * rows * columns);
    }
  }

  static Stream<Conv2d> convolutions() {
    return Stream.of(
        new Conv2d(Window2d.of(3, 2), 1),
        new Conv2d(Window2d.of(1, 1).stride(2, 3), 2),
        new Conv2d(Window2d.of(3, 5).stride(2, 1).padding(1, 3).dilation(2, 1), 2),
        new Conv2d(Window2d.of(4, 2).stride(3, 2).padding(4, 0).dilation(1, 3), 4));
  }

  /** Both gradients are the adjoints of a map that is linear in the input and in the weight. */
  @ParameterizedTest
  @MethodSource("convolutions")
  void gradientsAreAdjoints(Conv2d op) {
    Random random = new Random(5);
    TensorType type = new TensorType(DType.F64, Shape.of(2, 4, 23, 57));
    HostTensor x = normal(type, random);
    int kernelH = op.window().h().kernel();
    int kernelW = op.window().w().kernel();
    Shape filter = Shape.of(8, 4 / op.groups(), kernelH, kernelW);
    HostTensor weight = normal(type.withShape(filter), random);
    HostTensor y = Kernels.run(op, x, weight);
    HostTensor grad = normal(y.type(), random);
    double expected = dot(y, grad);
    HostTensor gradInput = Kernels.run(new Conv2dGradInput(op, 23, 57), grad, weight);
    HostTensor gradFilter = Kernels.run(new Conv2dGradFilter(op), x, grad);
    assertThat(dot(gradInput, x)).isCloseTo(expected, within(1e-9));
    assertThat(dot(gradFilter, weight)).isCloseTo(expected, within(1e-9));
  }

  @Test
  void gradientsByHand() {
    Conv2d op = new Conv2d(Window2d.of(2, 2), 1);
    HostTensor grad = HostTensor.of(Shape.of(1, 1, 2, 2), 1f, 0f, 0f, 10f);
    assertThat(Kernels.run(new Conv2dGradInput(op, 3, 3), grad, WEIGHT))
        .isEqualTo(HostTensor.of(X.shape(), 1f, 2f, 0f, 3f, 14f, 20f, 0f, 30f, 40f));
    assertThat(Kernels.run(new Conv2dGradFilter(op), X, grad))
        .isEqualTo(HostTensor.of(WEIGHT.shape(), 51f, 62f, 84f, 95f));
  }

  private static HostTensor normal(TensorType type, Random random) {
    HostTensor tensor = HostTensor.zeros(type);
    for (int i = 0; i < tensor.elements(); i++) {
      tensor.set(i, random.nextGaussian());
    }
    return tensor;
  }

  private static double dot(HostTensor a, HostTensor b) {
    assertThat(a.type()).isEqualTo(b.type());
    double sum = 0;
    for (int i = 0; i < a.elements(); i++) {
      sum += a.get(i) * b.get(i);
    }
    return sum;
  }
}
