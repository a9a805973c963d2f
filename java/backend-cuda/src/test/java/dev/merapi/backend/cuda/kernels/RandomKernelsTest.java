package dev.merapi.backend.cuda.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.op.random.Dropout;
import dev.merapi.core.op.random.RandomNormal;
import dev.merapi.core.op.random.RandomUniform;
import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The device draws what the core's generator draws, which known answers vouch for. */
class RandomKernelsTest {
  private static final Philox.Key KEY = Philox.Key.of(-5, "net/dropout", 3);
  private static final int STEP = 123_456;
  private static final int MICRO_STEP = -7;
  private static final int[] SIZES = {1, 2, 3, 4, 5, 7, 1024, 100_003};

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

  private static HostTensor scalar(int value) {
    return HostTensor.of(Shape.SCALAR, value);
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64"})
  void uniformNumbersAreTheSameBits(DType dtype) {
    for (int size : SIZES) {
      RandomUniform op = new RandomUniform(Shape.of(size), dtype, KEY);
      double[] expected = new double[size];
      Arrays.setAll(expected, i -> Philox.uniform(Philox.bits(KEY, i, STEP, MICRO_STEP)));
      assertThat(device.run(op, scalar(STEP), scalar(MICRO_STEP)).toDoubleArray())
          .isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"F32, 1.2e-7", "F64, 1e-15"})
  void normalNumbersAreAsNear(DType dtype, double ulp) {
    for (int size : SIZES) {
      RandomNormal op = new RandomNormal(Shape.of(size), dtype, KEY);
      HostTensor y = device.run(op, scalar(STEP), scalar(MICRO_STEP));
      for (int i = 0; i < size; i++) {
        double expected = Philox.normal(KEY, i, STEP, MICRO_STEP);
        assertThat(y.get(i)).isCloseTo(expected, within(Math.abs(expected) * 2 * ulp));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64"})
  void masksAreTheSame(DType dtype) {
    for (int size : SIZES) {
      HostTensor x = HostTensor.filled(new TensorType(dtype, Shape.of(size)), 3);
      HostTensor y = device.run(new Dropout(0.3, KEY), x, scalar(STEP), scalar(MICRO_STEP));
      double kept = dtype.convert(3 / 0.7);
      double[] expected = new double[size];
      Arrays.setAll(
          expected,
          i -> {
            long bits = Integer.toUnsignedLong(Philox.bits(KEY, i, STEP, MICRO_STEP));
            return bits < (long) (0.3 * (1L << 32)) ? 0 : kept;
          });
      assertThat(y.toDoubleArray()).usingComparatorWithPrecision(1e-15).containsExactly(expected);
    }
  }
}
