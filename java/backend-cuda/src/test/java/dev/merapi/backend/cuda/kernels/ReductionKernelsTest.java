package dev.merapi.backend.cuda.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.op.reduction.Reduce;
import dev.merapi.core.op.reduction.ReduceFunction;
import dev.merapi.core.op.reduction.SumOfSquares;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Reductions over several blocks, of single elements, of many axes; numbers that F32 adds exactly.
 */
class ReductionKernelsTest {
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

  private static HostTensor tensor(DType dtype, IntToDoubleFunction element, int... dims) {
    HostTensor tensor = HostTensor.zeros(new TensorType(dtype, Shape.of(dims)));
    for (int i = 0; i < tensor.elements(); i++) {
      tensor.set(i, element.applyAsDouble(i));
    }
    return tensor;
  }

  private static HostTensor f32(IntToDoubleFunction element, int... dims) {
    return tensor(DType.F32, element, dims);
  }

  private HostTensor reduce(ReduceFunction function, HostTensor x, Integer... axes) {
    return device.run(new Reduce(function, List.of(axes), false), x);
  }

  private double[] sum(HostTensor x, Integer... axes) {
    return reduce(ReduceFunction.SUM, x, axes).toDoubleArray();
  }

  @Test
  void longSumIsCutIntoPieces() {
    HostTensor sum = reduce(ReduceFunction.SUM, f32(i -> i % 3, 100_001), 0);
    assertThat(device.kernels()).containsExactly("cuda.reduceSum.rows.pieces");
    // 33333 times 0 + 1 + 2, and 0 + 1
    assertThat(sum.item()).isEqualTo(100_000);
  }

  @Test
  void longRowsAreCutIntoPieces() {
    double[] sums = sum(f32(i -> i < 20_000 ? 1 : i < 40_000 ? -2 : 3, 3, 20_000), 1);
    assertThat(sums).containsExactly(20_000, -40_000, 60_000);
  }

  @Test
  void longColumnsAreCutIntoPieces() {
    HostTensor sum = reduce(ReduceFunction.SUM, f32(i -> i % 5 + 1, 20_001, 5), 0);
    assertThat(device.kernels()).containsExactly("cuda.reduceSum.columns.pieces");
    assertThat(sum.toDoubleArray()).containsExactly(20_001, 40_002, 60_003, 80_004, 100_005);
  }

  @Test
  void channelsOfManyImagesAreCutIntoPieces() {
    // [N, C, H, W]: 40 images of 2 channels of 15 by 20 places
    double[] sums = sum(f32(i -> i / 300 % 2 == 0 ? 1 : i % 2, 40, 2, 15, 20), 0, 2, 3);
    assertThat(sums).containsExactly(12_000, 6_000);
  }

  @Test
  void manyShortRows() {
    double[] sums = sum(f32(i -> i, 30_000, 3), 1);
    assertThat(sums).hasSize(30_000);
    assertThat(sums[0]).isEqualTo(3);
    assertThat(sums[29_999]).isEqualTo(89_997 + 89_998 + 89_999);
  }

  @Test
  void manyShortColumns() {
    double[] sums = sum(f32(i -> i, 2, 30_000), 0);
    assertThat(sums[0]).isEqualTo(30_000);
    assertThat(sums[29_999]).isEqualTo(29_999 + 59_999);
  }

  @Test
  void oneElement() {
    assertThat(sum(f32(i -> 5, 1), 0)).containsExactly(5);
    assertThat(sum(f32(i -> -7, 1, 1, 1), 0, 2)).containsExactly(-7);
    assertThat(sum(f32(i -> i, 4, 1), 1)).containsExactly(0, 1, 2, 3);
  }

  @Test
  void axesInTurn() {
    // the digits of i in base 2 are its indices
    HostTensor x = f32(i -> i, 2, 2, 2, 2, 2, 2);
    // kept are bits 4, 2 and 0, and each sum has 8 terms with bits 5, 3 and 1 set in half of them
    assertThat(sum(x, 0, 2, 4)).containsExactly(168, 176, 200, 208, 296, 304, 328, 336);
    assertThat(sum(x, 1, 3, 5)).containsExactly(84, 100, 148, 164, 340, 356, 404, 420);
  }

  @Test
  void moreGroupsOfAxesThanKernelsKnow() {
    HostTensor x = f32(i -> i, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2);
    assertThatThrownBy(() -> sum(x, 0, 2, 4, 6, 8))
        .hasRootCauseInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 4 groups of neighbouring axes")
        .hasMessageContaining("found 5");
  }

  @Test
  void extremesInTheLastPiece() {
    HostTensor x = f32(i -> i == 99_999 ? 8 : i == 99_998 ? -9 : i % 7, 100_000);
    assertThat(reduce(ReduceFunction.MAX, x, 0).item()).isEqualTo(8);
    assertThat(reduce(ReduceFunction.MIN, x, 0).item()).isEqualTo(-9);
    x.set(77_777, Double.NaN);
    assertThat(reduce(ReduceFunction.MAX, x, 0).item()).isNaN();
    assertThat(reduce(ReduceFunction.MIN, x, 0).item()).isNaN();
  }

  @Test
  void otherElementTypes() {
    // 1 + 1e-12 is 1 in F32
    assertThat(sum(tensor(DType.F64, i -> 1 + 0x1p-40, 50_000), 0))
        .containsExactly(50_000 + 50_000 * 0x1p-40);
    assertThat(sum(tensor(DType.I32, i -> 1_000_000_001, 2, 2), 1))
        .containsExactly(2_000_000_002, 2_000_000_002);
    assertThat(sum(tensor(DType.I32, i -> 1_000_000_001, 3, 2), 0))
        .as("saturated")
        .containsExactly(Integer.MAX_VALUE, Integer.MAX_VALUE);
    assertThat(sum(tensor(DType.U8, i -> 100, 2), 0)).containsExactly(200);
    assertThat(reduce(ReduceFunction.MIN, tensor(DType.I32, i -> -i, 9_000), 0).item())
        .isEqualTo(-8_999);
  }

  @Test
  void squaresOfMoreTensorsThanALaunchTakes() {
    List<HostTensor> inputs = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      inputs.add(f32(k -> 2, 1 + i % 3));
    }
    inputs.add(f32(k -> 1, 50_000));
    // 100 times 1 + 2 + 3 elements, whose squares are 4
    assertThat(device.run(new SumOfSquares(), inputs.toArray(HostTensor[]::new)).item())
        .isEqualTo(2_400 + 50_000);
  }

  @Test
  void squaresInF64() {
    assertThat(device.run(new SumOfSquares(), tensor(DType.F64, i -> 1e200, 1)).item())
        .isInfinite();
    assertThat(device.run(new SumOfSquares(), tensor(DType.F64, i -> 1e100, 1)).item())
        .isEqualTo(1e200);
  }
}
