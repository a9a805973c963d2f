package dev.merapi.backend.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.op.normalization.LogSoftmax;
import dev.merapi.core.op.normalization.Softmax;
import dev.merapi.core.op.normalization.SoftmaxCrossEntropy;
import dev.merapi.core.op.normalization.SoftmaxCrossEntropyGrad;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class SoftmaxKernelsTest {
  private static final double LOG2 = Math.log(2);
  private static final double LOG3 = Math.log(3);

  /** exp(x) is 1, 2, 3 and 2, 1, 1 along axis 1, for two columns that differ by 1000. */
  private static final HostTensor X =
      HostTensor.of(Shape.of(1, 3, 2), 0d, 1000 + LOG2, LOG2, 1000d, LOG3, 1000d);

  @Test
  void softmaxAlongAnInnerAxis() {
    assertThat(Kernels.run(new Softmax(1), X).toDoubleArray())
        .containsExactly(new double[] {1 / 6d, 0.5, 2 / 6d, 0.25, 3 / 6d, 0.25}, within(1e-12));
  }

  @Test
  void logSoftmaxStaysFiniteWhereSoftmaxVanishes() {
    HostTensor x = HostTensor.of(Shape.of(1, 2), 0d, -2000d);
    assertThat(Kernels.run(new LogSoftmax(1), x).toDoubleArray()).containsExactly(0, -2000);
    assertThat(Kernels.run(new LogSoftmax(1), X).get(5)).isCloseTo(-2 * LOG2, within(1e-12));
  }

  @Test
  void crossEntropyOfLargeLogits() {
    HostTensor logits =
        HostTensor.of(Shape.of(3, 2), 1e30f, 1e30f, 100f, -100f, 5f, Float.NEGATIVE_INFINITY);
    HostTensor labels = HostTensor.of(Shape.of(3), 1, 1, 0);
    List<HostTensor> outputs = Kernels.runAll(new SoftmaxCrossEntropy(), logits, labels);
    assertThat(outputs.get(0)).isEqualTo(HostTensor.of(Shape.of(3), (float) LOG2, 200f, 0f));
    assertThat(outputs.get(1).get(0)).isEqualTo(0.5);
    assertThat(outputs.get(1).get(2)).isEqualTo(1);
    assertThat(outputs.get(1).get(5)).isEqualTo(0);
  }

  @Test
  void crossEntropyGradient() {
    HostTensor probabilities = HostTensor.of(Shape.of(2, 2), 0.25f, 0.75f, 0.5f, 0.5f);
    HostTensor labels = HostTensor.of(Shape.of(2), 1, 0);
    HostTensor gradLoss = HostTensor.of(Shape.of(2), 4f, 10f);
    assertThat(Kernels.run(new SoftmaxCrossEntropyGrad(), probabilities, labels, gradLoss))
        .isEqualTo(HostTensor.of(Shape.of(2, 2), 1f, -1f, -5f, 5f));
  }

  @Test
  void namesALabelOutOfRange() {
    HostTensor logits = HostTensor.of(Shape.of(2, 3), 0f, 0f, 0f, 0f, 0f, 0f);
    for (int label : new int[] {3, -1}) {
      HostTensor labels = HostTensor.of(Shape.of(2), 0, label);
      assertThatThrownBy(() -> Kernels.run(new SoftmaxCrossEntropy(), logits, labels))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessage("label " + label + " in row 1 is not within the 3 classes");
    }
  }
}
