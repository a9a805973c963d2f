package dev.merapi.backend.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.op.random.Dropout;
import dev.merapi.core.op.random.RandomNormal;
import dev.merapi.core.op.random.RandomUniform;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class RandomKernelsTest {
  private static final Philox.Key ZERO = new Philox.Key(0, 0);
  private static final HostTensor FIRST = HostTensor.of(Shape.SCALAR, 0);
  private static final HostTensor LATER = HostTensor.of(Shape.SCALAR, 5);

  /** Random123's known answer for counter 0 and key 0: 6627e8d5 e169c58d bc57ac4c 9b00dbd8. */
  @Test
  void uniformsAreTheUpperBitsOfTheWords() {
    HostTensor y = Kernels.run(new RandomUniform(Shape.of(5), DType.F32, ZERO), FIRST, FIRST);
    assertThat(y.toDoubleArray())
        .startsWith(
            0x6627e8 / 16777216.0,
            0xe169c5 / 16777216.0,
            0xbc57ac / 16777216.0,
            0x9b00db / 16777216.0);
  }

  @Test
  void stepsDrawOtherNumbers() {
    RandomUniform op = new RandomUniform(Shape.of(3, 5), DType.F64, ZERO);
    assertThat(Kernels.run(op, FIRST, LATER)).isNotEqualTo(Kernels.run(op, FIRST, FIRST));
    assertThat(Kernels.run(op, LATER, FIRST)).isNotEqualTo(Kernels.run(op, FIRST, LATER));
    assertThat(Kernels.run(op, LATER, FIRST)).isEqualTo(Kernels.run(op, LATER, FIRST));
  }

  @Test
  void normalsHaveMeanZeroAndVarianceOne() {
    RandomNormal op = new RandomNormal(Shape.of(100_000), DType.F64, ZERO);
    double[] y = Kernels.run(op, LATER, FIRST).toDoubleArray();
    assertThat(DoubleStream.of(y).average().orElseThrow()).isCloseTo(0, within(0.015));
    assertThat(DoubleStream.of(y).map(v -> v * v).average().orElseThrow())
        .isCloseTo(1, within(0.02));
  }

  /** Of the known words above only the first is below half of 2^32 as an unsigned number. */
  @Test
  void dropoutComparesUnsigned() {
    HostTensor x = HostTensor.of(Shape.of(4), 1f, 2f, 3f, 4f);
    assertThat(Kernels.run(new Dropout(0.5, ZERO), x, FIRST, FIRST))
        .isEqualTo(HostTensor.of(Shape.of(4), 0f, 4f, 6f, 8f));
    assertThat(Kernels.run(new Dropout(0.75, ZERO), x, FIRST, FIRST))
        .isEqualTo(HostTensor.of(Shape.of(4), 0f, 8f, 0f, 0f));
  }

  @Test
  void whatIsDroppedIsZeroWhateverItWas() {
    HostTensor x = HostTensor.of(Shape.of(4), Float.NaN, 1f, Float.POSITIVE_INFINITY, Float.NaN);
    HostTensor y = Kernels.run(new Dropout(0.7, ZERO), x, FIRST, FIRST);
    // 0.7 * 2^32 = b3333333: the second and third word stay.
    assertThat(y.get(0)).isEqualTo(0);
    assertThat(y.get(1)).isCloseTo(1 / 0.3, within(1e-6));
    assertThat(y.get(2)).isInfinite();
    assertThat(y.get(3)).isEqualTo(0);
  }

  @Test
  void dropoutDropsTheRate() {
    HostTensor x = HostTensor.filled(TensorType.f32(100_000), 1);
    double[] y = Kernels.run(new Dropout(0.2, ZERO), x, LATER, FIRST).toDoubleArray();
    assertThat(DoubleStream.of(y).filter(v -> v == 0).count() / 1e5).isCloseTo(0.2, within(0.005));
  }

  @Test
  void constantsFill() {
    assertThat(Kernels.run(new Constant(TensorType.f32(2), 3)))
        .isEqualTo(HostTensor.of(Shape.of(2), 3f, 3f));
  }
}
