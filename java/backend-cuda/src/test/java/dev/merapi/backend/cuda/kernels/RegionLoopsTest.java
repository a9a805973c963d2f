package dev.merapi.backend.cuda.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.op.elementwise.Fused;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is broadcast along the last axis, or along all others, at widths that four divides or not.
 */
class RegionLoopsTest {
  private static final int IMAGES = 2;
  private static final int CHANNELS = 3;

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

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 6, 7, 8, 12, 1028})
  void readsEachTensorAtItsPlaces(int width) {
    Shape shape = Shape.of(IMAGES, CHANNELS, width);
    HostTensor whole = numbered(DType.F32, shape);
    HostTensor bytes = numbered(DType.U8, shape);
    HostTensor row = numbered(DType.F32, Shape.of(width));
    HostTensor channel = numbered(DType.F32, Shape.of(CHANNELS, 1));
    HostTensor image = numbered(DType.I32, Shape.of(IMAGES, 1, width));
    ScalarExpr sum = ScalarExpr.ZERO;
    for (int i = 0; i < 5; i++) {
      ScalarExpr weight = ScalarExpr.constant(Math.pow(2, i));
      sum = ScalarExpr.add(sum, ScalarExpr.mul(weight, ScalarExpr.arg(i)));
    }

    HostTensor y =
        device.run(new Fused(List.of(sum), 5, DType.F32, shape), whole, bytes, row, channel, image);

    for (int i = 0; i < y.elements(); i++) {
      int x = i % width;
      int c = i / width % CHANNELS;
      int n = i / width / CHANNELS;
      int expected =
          number(i) + 2 * number(i) + 4 * number(x) + 8 * number(c) + 16 * number(n * width + x);
      assertThat(y.get(i)).as("element %d", i).isEqualTo(expected);
    }
  }

  private static HostTensor numbered(DType dtype, Shape shape) {
    HostTensor tensor = HostTensor.zeros(new TensorType(dtype, shape));
    for (int i = 0; i < tensor.elements(); i++) {
      tensor.set(i, number(i));
    }
    return tensor;
  }

  private static int number(int element) {
    return element * 7 % 251;
  }
}
