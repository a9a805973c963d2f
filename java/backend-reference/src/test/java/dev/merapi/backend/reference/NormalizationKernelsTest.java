package dev.merapi.backend.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.op.normalization.BatchNorm;
import dev.merapi.core.op.normalization.BatchNormGrad;
import dev.merapi.core.op.normalization.LayerNorm;
import dev.merapi.core.op.normalization.LocalResponseNorm;
import dev.merapi.core.op.normalization.LocalResponseNormGrad;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class NormalizationKernelsTest {
  private static final Shape TWO = Shape.of(2);

  /** Channel 0 holds 1, 3, 1, 3 (mean 2, variance 1), channel 1 twice that and 10 more. */
  private static final HostTensor X =
      HostTensor.of(Shape.of(2, 2, 2), 1f, 3f, 12f, 16f, 1f, 3f, 12f, 16f);

  @Test
  void batchNormOverBatchAndPlaces() {
    HostTensor scale = HostTensor.of(TWO, 2f, 10f);
    HostTensor bias = HostTensor.of(TWO, 5f, 0f);
    List<HostTensor> outputs = Kernels.runAll(new BatchNorm(3), X, scale, bias);
    // invStd is 1 / sqrt(1 + 3) and 1 / sqrt(4 + 3).
    float second = (float) (2 / Math.sqrt(7) * 10);
    assertThat(outputs.get(0))
        .isEqualTo(HostTensor.of(X.shape(), 4f, 6f, -second, second, 4f, 6f, -second, second));
    assertThat(outputs.get(1)).isEqualTo(HostTensor.of(TWO, 2f, 14f));
    assertThat(outputs.get(2)).isEqualTo(HostTensor.of(TWO, 0.5f, (float) (1 / Math.sqrt(7))));
  }

  /** Means of the gradient and of its product with s = (-1, 1, -1, 1) are 2.5 and 0.5. */
  @Test
  void batchNormGradient() {
    HostTensor x = HostTensor.of(Shape.of(4, 1), 1f, 3f, 1f, 3f);
    HostTensor one = HostTensor.of(Shape.of(1), 1f);
    HostTensor grad = HostTensor.of(Shape.of(4, 1), 1f, 2f, 3f, 4f);
    HostTensor mean = HostTensor.of(Shape.of(1), 2f);
    HostTensor scale = HostTensor.of(Shape.of(1), 3f);
    List<HostTensor> outputs = Kernels.runAll(new BatchNormGrad(), grad, x, scale, mean, one);
    assertThat(outputs.get(0)).isEqualTo(HostTensor.of(x.shape(), -3f, -3f, 3f, 3f));
    assertThat(outputs.get(1).item()).isEqualTo(2);
    assertThat(outputs.get(2).item()).isEqualTo(10);
  }

  @Test
  void layerNormOverTheLastAxes() {
    HostTensor x = HostTensor.of(Shape.of(2, 2, 2), 1f, 3f, 1f, 3f, 12f, 16f, 12f, 16f);
    HostTensor scale = HostTensor.of(Shape.of(2, 2), 1f, 2f, 3f, 4f);
    HostTensor bias = HostTensor.of(Shape.of(2, 2), 0f, 0f, 0f, 1f);
    List<HostTensor> outputs = Kernels.runAll(new LayerNorm(2, 0), x, scale, bias);
    assertThat(outputs.get(0))
        .isEqualTo(HostTensor.of(x.shape(), -1f, 2f, -3f, 5f, -1f, 2f, -3f, 5f));
    assertThat(outputs.get(1)).isEqualTo(HostTensor.of(TWO, 2f, 14f));
    assertThat(outputs.get(2)).isEqualTo(HostTensor.of(TWO, 1f, 0.5f));
  }

  @Test
  void localResponseNormSumsNeighbouringChannels() {
    HostTensor x = HostTensor.of(Shape.of(1, 3, 1), 1d, 2d, 3d);
    // alpha / size is 1: scale[c] = 1 + x[c - 1]^2 + x[c]^2 + x[c + 1]^2.
    List<HostTensor> odd = Kernels.runAll(new LocalResponseNorm(3, 3, 1, 1), x);
    assertThat(odd.get(0).toDoubleArray())
        .containsExactly(new double[] {1 / 6d, 2 / 15d, 3 / 14d}, within(1e-15));
    assertThat(odd.get(1).toDoubleArray()).containsExactly(6, 15, 14);
    // An even size takes one more before than after, as PyTorch's padding does.
    List<HostTensor> even = Kernels.runAll(new LocalResponseNorm(2, 2, 1, 1), x);
    assertThat(even.get(1).toDoubleArray()).containsExactly(2, 6, 14);
  }

  /** d/dx0 of y0 = x0 / s0 with s0 = 2 is 1/2 - 2 x0 x0 / 4; of y1 = x1 / 6 it is -2 x0 x1 / 36. */
  @Test
  void localResponseNormGradient() {
    LocalResponseNorm op = new LocalResponseNorm(2, 2, 1, 1);
    HostTensor x = HostTensor.of(Shape.of(1, 2, 1), 1d, 2d);
    List<HostTensor> outputs = Kernels.runAll(op, x);
    HostTensor grad = HostTensor.of(x.shape(), 1d, 9d);
    HostTensor gradX =
        Kernels.run(new LocalResponseNormGrad(op), grad, x, outputs.get(0), outputs.get(1));
    assertThat(gradX.get(0)).isCloseTo(0 + 9 * (-4 / 36d), within(1e-15));
    assertThat(gradX.get(1)).isCloseTo(9 * (1 / 6d - 8 / 36d), within(1e-15));
  }
}
