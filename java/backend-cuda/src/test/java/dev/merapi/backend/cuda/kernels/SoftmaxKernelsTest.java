package dev.merapi.backend.cuda.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.op.normalization.LogSoftmax;
import dev.merapi.core.op.normalization.Softmax;
import dev.merapi.core.op.normalization.SoftmaxCrossEntropy;
import dev.merapi.core.op.normalization.SoftmaxCrossEntropyGrad;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines of all lengths: in registers or not, for one thread, a part of a warp or many warps. */
class SoftmaxKernelsTest {
  private static final int[] LENGTHS = {1, 2, 9, 33, 257, 4_097};

  private Device device;

  @BeforeEach
  void open() {
    device = new Device();
  }

  @AfterEach
  void close() {
    if (device != null) {
      device.close();
    }
  }

  private static HostTensor zeros(int... dims) {
    return HostTensor.zeros(new TensorType(DType.F32, Shape.of(dims)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 9, 33, 257, 4_096, 4_097, 10_000})
  void evenLinesAlongTheLastAxis(int length) {
    HostTensor y = device.run(new Softmax(1), zeros(3, length));
    assertThat(y).isEqualTo(HostTensor.filled(y.type(), 1.0 / length));
  }

  @Test
  void evenLinesAlongTheFirstAxis() {
    for (int length : LENGTHS) {
      HostTensor log = device.run(new LogSoftmax(0), zeros(length, 2));
      for (double each : log.toDoubleArray()) {
        assertThat(each).isCloseTo(-Math.log(length), within(1e-6));
      }
    }
  }

  @Test
  void oneLargeElementOfALongLine() {
    HostTensor x = zeros(2, 10_000);
    x.set(9_999, 200);
    x.set(10_000, 200);
    double[] y = device.run(new Softmax(1), x).toDoubleArray();
    assertThat(y[9_999]).isEqualTo(1);
    assertThat(y[10_000]).isEqualTo(1);
    assertThat(y[9_998]).isLessThan(1e-38);
  }

  @Test
  void nanStaysInItsLine() {
    HostTensor x = zeros(3, 5_000);
    x.set(5_000, Double.NaN);
    double[] y = device.run(new Softmax(1), x).toDoubleArray();
    for (int i = 0; i < y.length; i++) {
      boolean second = i >= 5_000 && i < 10_000;
      assertThat(Double.isNaN(y[i])).as("element %d", i).isEqualTo(second);
    }
  }

  @Test
  void infinities() {
    HostTensor x =
        HostTensor.of(
            Shape.of(3, 2),
            Double.NEGATIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            Double.POSITIVE_INFINITY,
            0,
            Double.NEGATIVE_INFINITY,
            0);
    double nan = Double.NaN;
    assertThat(device.run(new Softmax(1), x.to(DType.F32)).toDoubleArray())
        .containsExactly(nan, nan, nan, nan, 0, 1);
  }

  @Test
  void lossOfManyRows() {
    int rows = 5_000;
    HostTensor logits = zeros(rows, 2);
    HostTensor labels = HostTensor.zeros(new TensorType(DType.I32, Shape.of(rows)));
    for (int row = 0; row < rows; row++) {
      logits.set(2 * row + 1, row % 10);
      labels.set(row, row % 3 == 0 ? 1 : 0);
    }
    HostTensor loss = device.run(new SoftmaxCrossEntropy(), logits, labels);
    for (int row = 0; row < rows; row++) {
      // two classes: the loss is the softplus of how far the wrong one is ahead
      double ahead = row % 3 == 0 ? -(row % 10) : row % 10;
      assertThat(loss.get(row)).isCloseTo(Math.log1p(Math.exp(ahead)), within(2e-6));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 3, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void aLabelOutsideOfTheClassesIsAnError(int label) {
    HostTensor labels = HostTensor.of(Shape.of(4), 0, label, 2, 1);
    assertThat(device.failure(new SoftmaxCrossEntropy(), zeros(4, 3), labels))
        .hasMessageContaining("ASSERT");
    assertThat(device.failure(new SoftmaxCrossEntropyGrad(), zeros(4, 3), labels, zeros(4)))
        .hasMessageContaining("ASSERT");
  }

  @Test
  void gradientOfManyClasses() {
    HostTensor probabilities = HostTensor.filled(zeros(2, 70_000).type(), 0.5);
    HostTensor labels = HostTensor.of(Shape.of(2), 69_999, 0);
    HostTensor gradLoss = HostTensor.of(Shape.of(2), 2f, -4f);
    double[] grad =
        device.run(new SoftmaxCrossEntropyGrad(), probabilities, labels, gradLoss).toDoubleArray();
    assertThat(grad[69_998]).isEqualTo(1);
    assertThat(grad[69_999]).isEqualTo(-1);
    assertThat(grad[70_000]).isEqualTo(2);
    assertThat(grad[70_001]).isEqualTo(-2);
  }

  @Test
  void inF64() {
    HostTensor x = HostTensor.of(new TensorType(DType.F64, Shape.of(1, 2)), 0, 1e-12);
    double[] y = device.run(new Softmax(1), x).toDoubleArray();
    assertThat(y[1] - y[0]).isCloseTo(5e-13, within(1e-15));
  }
}
