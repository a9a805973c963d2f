package dev.merapi.backend.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.op.window.AvgPool2d;
import dev.merapi.core.op.window.AvgPool2dGrad;
import dev.merapi.core.op.window.MaxPool2d;
import dev.merapi.core.op.window.MaxPool2dGrad;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import org.junit.jupiter.api.Test;

class PoolingKernelsTest {
  private static final Shape THREE = Shape.of(1, 1, 3, 3);
  private static final Shape TWO = Shape.of(1, 1, 2, 2);

  /** 3x3 windows at (-1, -1), (-1, 1), (1, -1) and (1, 1), of which 2x2 elements are inside. */
  private static final Window2d PADDED = Window2d.square(3, 2, 1);

  @Test
  void paddingIsNeverTheMaximum() {
    HostTensor x = HostTensor.of(THREE, -1f, -2f, -3f, -4f, -5f, -6f, -7f, -8f, -9f);
    assertThat(Kernels.run(new MaxPool2d(PADDED), x))
        .isEqualTo(HostTensor.of(TWO, -1f, -2f, -4f, -5f));
  }

  @Test
  void whatIsLeftOverIsNotRead() {
    HostTensor x =
        HostTensor.of(Shape.of(1, 2, 2, 3), 1f, 2f, 9f, 3f, 4f, 9f, 5f, 6f, 9f, 8f, 7f, 9f);
    assertThat(Kernels.run(new MaxPool2d(Window2d.square(2, 2, 0)), x))
        .isEqualTo(HostTensor.of(Shape.of(1, 2, 1, 1), 4f, 8f));
  }

  @Test
  void theFirstMaximumGetsTheGradientAndOverlapsAdd() {
    // Windows (rows 0-1, columns 0-1 and 1-2) and (rows 1-2, ...), all with the maximum 5.
    Window2d window = Window2d.of(2, 2);
    HostTensor x = HostTensor.of(THREE, 0f, 5f, 0f, 5f, 1f, 5f, 0f, 0f, 0f);
    HostTensor y = Kernels.run(new MaxPool2d(window), x);
    assertThat(y).isEqualTo(HostTensor.of(TWO, 5f, 5f, 5f, 5f));
    HostTensor grad = HostTensor.of(TWO, 1f, 10f, 100f, 1000f);
    assertThat(Kernels.run(new MaxPool2dGrad(window), x, y, grad))
        .isEqualTo(HostTensor.of(THREE, 0f, 11f, 0f, 100f, 0f, 1000f, 0f, 0f, 0f));
  }

  @Test
  void paddingCountsInTheMean() {
    HostTensor x = HostTensor.of(THREE, 9f, 18f, 27f, 36f, 45f, 54f, 63f, 72f, 81f);
    assertThat(Kernels.run(new AvgPool2d(PADDED), x))
        .isEqualTo(HostTensor.of(TWO, 12f, 16f, 24f, 28f));
    HostTensor grad = HostTensor.of(TWO, 9f, 90f, 900f, 9000f);
    assertThat(Kernels.run(new AvgPool2dGrad(PADDED, 3, 3), grad))
        .isEqualTo(HostTensor.of(THREE, 1f, 11f, 10f, 101f, 1111f, 1010f, 100f, 1100f, 1000f));
  }
}
