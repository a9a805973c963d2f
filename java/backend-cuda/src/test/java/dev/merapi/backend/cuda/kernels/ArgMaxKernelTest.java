package dev.merapi.backend.cuda.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.op.reduction.ArgMax;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArgMaxKernelTest {
  private static final int LARGEST = 200;

  private Device device;

  private final Random random = new Random(5);

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

  /** The largest number is put at the place to be found and at some further on. */
  private void finds(DType dtype, int outer, int size, int inner) {
    HostTensor x = HostTensor.zeros(new TensorType(dtype, Shape.of(outer, size, inner)));
    for (int i = 0; i < x.elements(); i++) {
      x.set(i, random.nextInt(LARGEST));
    }
    double[] expected = new double[outer * inner];
    for (int i = 0; i < expected.length; i++) {
      int place = random.nextInt(size);
      expected[i] = place;
      for (int k = place; k < size; k += 1 + random.nextInt(size)) {
        x.set((i / inner * size + k) * inner + i % inner, LARGEST);
      }
    }
    assertThat(device.run(new ArgMax(1), x).toDoubleArray()).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void findsTheFirstOfEquals(DType dtype) {
    for (int size : new int[] {1, 2, 10, 31, 32, 33, 64, 1000}) {
      finds(dtype, 13, size, 1);
      finds(dtype, 3, size, 7);
    }
  }

  @Test
  void findsInMoreRowsThanOneGridHas() {
    finds(DType.F32, 20_011, 5, 1);
    finds(DType.F32, 2, 3, 100_003);
  }

  @Test
  void theIndexIsOneOfTheAxisWhateverIsThere() {
    for (double value : new double[] {Double.NaN, Double.NEGATIVE_INFINITY}) {
      for (int size : new int[] {1, 5, 40}) {
        HostTensor x = HostTensor.filled(new TensorType(DType.F32, Shape.of(3, size)), value);
        assertThat(Arrays.stream(device.run(new ArgMax(1), x).toDoubleArray()))
            .allMatch(index -> index >= 0 && index < size);
      }
    }
  }
}
