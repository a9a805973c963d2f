package dev.merapi.backend.cuda.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.op.normalization.LayerNorm;
import dev.merapi.core.op.normalization.LayerNormGrad;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Lines of all lengths, and so many that the parameters' gradients are summed by several blocks.
 */
class LayerNormKernelsTest {
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

  private static HostTensor tensor(IntToDoubleFunction element, int... dims) {
    HostTensor tensor = HostTensor.zeros(new TensorType(DType.F32, Shape.of(dims)));
    for (int i = 0; i < tensor.elements(); i++) {
      tensor.set(i, element.applyAsDouble(i));
    }
    return tensor;
  }

  /** 10 plus 3, minus 3, plus 3, ...: the mean is 10 and the variance 9. */
  @ParameterizedTest
  @ValueSource(ints = {2, 8, 34, 256, 4_096, 4_098, 10_000})
  void alternatingElements(int length) {
    HostTensor x = tensor(i -> i % 2 == 0 ? 13 : 7, 3, length);
    HostTensor scale = tensor(i -> i, length);
    HostTensor bias = tensor(i -> 1, length);
    List<HostTensor> outputs = device.runAll(new LayerNorm(1, 7), x, scale, bias);
    assertThat(outputs.get(1).toDoubleArray()).containsOnly(10);
    assertThat(outputs.get(2).toDoubleArray()).containsOnly(0.25);
    double[] y = outputs.get(0).toDoubleArray();
    for (int i = 0; i < y.length; i++) {
      int column = i % length;
      assertThat(y[i]).isEqualTo(1 + (column % 2 == 0 ? 0.75 : -0.75) * column);
    }
  }

  @Test
  void oneElementIsItsOwnMean() {
    List<HostTensor> outputs =
        device.runAll(
            new LayerNorm(1, 0.25), tensor(i -> 5, 1, 1), tensor(i -> 3, 1), tensor(i -> 2, 1));
    assertThat(outputs.get(0).item()).isEqualTo(2);
    assertThat(outputs.get(1).item()).isEqualTo(5);
    assertThat(outputs.get(2).item()).isEqualTo(2);
  }

  /** Standardized elements are 1, -1, ...; a gradient of 1 at the first place of each line only. */
  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 5_000})
  void gradientsOfManyLines(int lines) {
    int length = 4;
    HostTensor gradOutput = tensor(i -> i % length == 0 ? 1 : 0, lines, length);
    HostTensor x = tensor(i -> i % 2 == 0 ? 12 : 8, lines, length);
    List<HostTensor> gradients =
        device.runAll(
            new LayerNormGrad(1),
            gradOutput,
            x,
            tensor(i -> 8, length),
            tensor(i -> 10, lines),
            tensor(i -> 0.5, lines));
    // 0.5 (g - 2 - s 2) with g = 8, 0, 0, 0 and s = 1, -1, 1, -1
    double[] gradX = {2, 0, -2, 0};
    for (int i = 0; i < lines * length; i++) {
      assertThat(gradients.get(0).get(i)).isCloseTo(gradX[i % length], within(1e-6));
    }
    assertThat(gradients.get(1).toDoubleArray()).containsExactly(lines, 0, 0, 0);
    assertThat(gradients.get(2).toDoubleArray()).containsExactly(lines, 0, 0, 0);
  }

  @Test
  void gradientsOfLongLines() {
    int length = 10_000;
    HostTensor gradOutput = tensor(i -> i % 2 == 0 ? 1 : 3, 2, length);
    HostTensor x = tensor(i -> i % 2 == 0 ? 12 : 8, 2, length);
    List<HostTensor> gradients =
        device.runAll(
            new LayerNormGrad(1),
            gradOutput,
            x,
            tensor(i -> 1, length),
            tensor(i -> 10, 2),
            tensor(i -> 0.5, 2));
    // a gradient that only shifts and scales the standardized elements is lost
    assertThat(gradients.get(0).toDoubleArray()).containsOnly(0);
    assertThat(gradients.get(1).get(0)).isEqualTo(2);
    assertThat(gradients.get(1).get(length - 1)).isEqualTo(-6);
    assertThat(gradients.get(2).get(length - 1)).isEqualTo(6);
  }
}
