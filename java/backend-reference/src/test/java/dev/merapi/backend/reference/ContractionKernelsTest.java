package dev.merapi.backend.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.op.contraction.MatMul;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import org.junit.jupiter.api.Test;

class ContractionKernelsTest {
  private static final HostTensor A = HostTensor.of(Shape.of(2, 3), 1f, 2f, 3f, 4f, 5f, 6f);
  private static final HostTensor A_TRANSPOSED =
      HostTensor.of(Shape.of(3, 2), 1f, 4f, 2f, 5f, 3f, 6f);
  private static final HostTensor B = HostTensor.of(Shape.of(3, 2), 7f, 8f, 9f, 10f, 11f, 12f);
  private static final HostTensor B_TRANSPOSED =
      HostTensor.of(Shape.of(2, 3), 7f, 9f, 11f, 8f, 10f, 12f);
  private static final HostTensor C = HostTensor.of(Shape.of(2, 2), 58f, 64f, 139f, 154f);

  @Test
  void multipliesMatricesStoredEitherWay() {
    assertThat(Kernels.run(new MatMul(false, false), A, B)).isEqualTo(C);
    assertThat(Kernels.run(new MatMul(true, false), A_TRANSPOSED, B)).isEqualTo(C);
    assertThat(Kernels.run(new MatMul(false, true), A, B_TRANSPOSED)).isEqualTo(C);
    assertThat(Kernels.run(new MatMul(true, true), A_TRANSPOSED, B_TRANSPOSED)).isEqualTo(C);
  }

  @Test
  void broadcastsBatches() {
    HostTensor a = HostTensor.of(Shape.of(2, 1, 1, 2), 1f, 2f, 3f, 4f);
    HostTensor b = HostTensor.of(Shape.of(3, 2, 1), 1f, 0f, 0f, 1f, 5f, 6f);
    assertThat(Kernels.run(new MatMul(false, false), a, b))
        .isEqualTo(HostTensor.of(Shape.of(2, 3, 1, 1), 1f, 2f, 17f, 3f, 4f, 39f));
  }

  @Test
  void anEmptyInnerAxisGivesZeros() {
    HostTensor a = HostTensor.zeros(TensorType.f32(2, 0));
    HostTensor b = HostTensor.zeros(TensorType.f32(0, 2));
    assertThat(Kernels.run(new MatMul(false, false), a, b))
        .isEqualTo(HostTensor.zeros(TensorType.f32(2, 2)));
  }

  /** With A of ones, element [i, j] is the sum of column j of B; B has more than one panel. */
  @Test
  void widerThanOnePanel() {
    int k = 1500;
    int n = 131;
    HostTensor a = HostTensor.filled(TensorType.f32(3, k), 1);
    HostTensor b = HostTensor.zeros(TensorType.f32(n, k));
    for (int j = 0; j < n; j++) {
      b.set(j * k + j, 2);
      b.set(j * k + k - 1, j);
    }
    HostTensor c = Kernels.run(new MatMul(false, true), a, b);
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < n; j++) {
        assertThat(c.get(i * n + j)).isEqualTo(2 + j);
      }
    }
  }

  @Test
  void nanAndInfinityPropagate() {
    HostTensor a = HostTensor.of(Shape.of(1, 2), 0f, 1f);
    HostTensor b = HostTensor.of(Shape.of(2, 2), Float.NaN, Float.POSITIVE_INFINITY, 1f, 1f);
    HostTensor c = Kernels.run(new MatMul(false, false), a, b);
    assertThat(c.get(0)).isNaN();
    assertThat(c.get(1)).isNaN();
  }
}
