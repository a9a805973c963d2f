package dev.merapi.backend.cuda.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.op.movement.Gather;
import dev.merapi.core.op.movement.OneHot;
import dev.merapi.core.op.movement.ScatterAdd;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class IndexKernelsTest {
  private Device device;

  private final Random random = new Random(3);

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

  private HostTensor drawn(DType dtype, int... dims) {
    HostTensor x = HostTensor.zeros(new TensorType(dtype, Shape.of(dims)));
    for (int i = 0; i < x.elements(); i++) {
      x.set(i, dtype.isFloating() ? random.nextGaussian() : random.nextInt(100));
    }
    return x;
  }

  private HostTensor indices(int count, int size) {
    return HostTensor.of(Shape.of(count), random.ints(count, 0, size).toArray());
  }

  /** Runs of 1 to 32 elements, and more rows than one grid has threads for. */
  @ParameterizedTest
  @EnumSource(DType.class)
  void gathers(DType dtype) {
    for (int inner : new int[] {1, 2, 3, 4, 6, 8, 32}) {
      for (int count : new int[] {1, 207, 5003}) {
        HostTensor x = drawn(dtype, 3, 40, inner);
        HostTensor indices = indices(count, 40);
        HostTensor y = device.run(new Gather(1), x, indices);
        for (int i = 0; i < y.elements(); i++) {
          int index = (int) indices.get(i / inner % count);
          int from = (i / inner / count * 40 + index) * inner + i % inner;
          if (y.get(i) != x.get(from)) {
            assertThat(y.get(i)).as("element %d of runs of %d", i, inner).isEqualTo(x.get(from));
          }
        }
      }
    }
  }

  /** The sum is rounded once, so that its order shows in no bit. */
  private void adds(DType dtype, int outer, HostTensor indices, int size, int inner) {
    int count = indices.elements();
    HostTensor updates = drawn(dtype, outer, count, inner);
    double[] sums = new double[outer * size * inner];
    for (int i = 0; i < updates.elements(); i++) {
      int index = (int) indices.get(i / inner % count);
      sums[(i / inner / count * size + index) * inner + i % inner] += updates.get(i);
    }
    HostTensor y = device.run(new ScatterAdd(1, size), updates, indices);
    HostTensor expected = HostTensor.of(y.type(), sums);
    assertThat(y.bytes().mismatch(expected.bytes())).as("first other byte").isEqualTo(-1);
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void addsUpdates(DType dtype) {
    adds(dtype, 1, indices(1, 1), 1, 1);
    adds(dtype, 2, indices(255, 7), 7, 3);
    adds(dtype, 1, indices(256, 256), 256, 5);
    adds(dtype, 3, indices(257, 257), 257, 1);
    adds(dtype, 1, indices(20_000, 65), 65, 4);
    adds(dtype, 1, indices(3000, 300), 300, 17);
  }

  /** Indices of three digits, and more entries than one grid has threads for. */
  @Test
  void addsUpdatesToManyEntries() {
    adds(DType.F32, 1, indices(5000, 70_001), 70_001, 3);
  }

  @Test
  void addsManyUpdatesToOneEntry() {
    HostTensor all = HostTensor.of(Shape.of(4098), IntStream.range(0, 4098).map(i -> 2).toArray());
    adds(DType.F32, 2, all, 5, 3);
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void makesOneHotVectors(DType dtype) {
    int count = 3001;
    int depth = 13;
    HostTensor indices =
        HostTensor.of(Shape.of(count), random.ints(count, -2, depth + 2).toArray());
    HostTensor y = device.run(new OneHot(depth, dtype), indices);
    double[] expected = new double[count * depth];
    for (int k = 0; k < count; k++) {
      int index = (int) indices.get(k);
      if (index >= 0 && index < depth) {
        expected[k * depth + index] = 1;
      }
    }
    assertThat(y.toDoubleArray()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 5, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void anIndexOutsideIsAnError(int index) {
    HostTensor indices = HostTensor.of(Shape.of(3), 4, index, 0);
    assertThat(device.failure(new Gather(0), drawn(DType.F32, 5, 2), indices))
        .hasMessageContaining("ASSERT");
    assertThat(device.failure(new ScatterAdd(0, 5), drawn(DType.F32, 3, 2), indices))
        .hasMessageContaining("ASSERT");
  }
}
