package dev.merapi.backend.cuda.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.core.op.contraction.MatMul;
import dev.merapi.core.op.normalization.BatchNorm;
import dev.merapi.core.op.window.Conv2d;
import dev.merapi.core.op.window.Conv2dGradFilter;
import dev.merapi.core.op.window.MaxPool2d;
import dev.merapi.core.op.window.MaxPool2dGrad;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.stream.IntStream;
import jcuda.driver.CUdevice;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Kernels that are calls of cuBLAS and cuDNN, and those that stand beside them. */
class LibraryKernelsTest {
  /** By which a stand-in says what there is: allocations, and handles with descriptors. */
  private static final List<Integer> LIVE = List.of(0x454D0001, 0x454D0005);

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

  private static HostTensor ones(int... dims) {
    return HostTensor.filled(new TensorType(DType.F32, Shape.of(dims)), 1);
  }

  private static List<Integer> live() {
    assumeTrue(System.getProperty("merapi.cuda.standIn") != null, "no stand-in for CUDA is given");
    CUdevice first = new CUdevice();
    JCudaDriver.cuDeviceGet(first, 0);
    int[] value = new int[1];
    return LIVE.stream()
        .map(
            attribute -> {
              JCudaDriver.cuDeviceGetAttribute(value, attribute, first);
              return value[0];
            })
        .toList();
  }

  private void runAll() {
    Conv2d convolution = new Conv2d(Window2d.square(3, 1, 1), 1);
    device.run(new MatMul(false, true), ones(4, 2, 3), ones(5, 3));
    device.run(convolution, ones(2, 3, 5, 5), ones(4, 3, 3, 3));
    device.run(new Conv2dGradFilter(convolution), ones(2, 3, 5, 5), ones(2, 4, 5, 5));
    device.run(new MaxPool2d(Window2d.square(2, 2, 0)), ones(2, 3, 4, 4));
    device.runAll(new BatchNorm(1e-5), ones(4, 3), ones(3), ones(3));
  }

  /** The handles stay until the device is closed, and nothing of a program outlives it. */
  @Test
  void programsLeaveNothingBehind() {
    runAll();
    List<Integer> before = live();
    runAll();
    assertThat(live()).isEqualTo(before);
  }

  @Test
  void kernelsSayWhichLibraryRunsThem() {
    device.run(new MatMul(false, false), ones(2, 3), ones(3, 4));
    assertThat(device.kernels()).containsExactly("cuda.matMul.cublas");
    device.run(new Conv2d(Window2d.square(3, 1, 1), 1), ones(2, 3, 5, 5), ones(4, 3, 3, 3));
    assertThat(device.kernels()).singleElement().asString().startsWith("cuda.conv2d.cudnn.algo_");
  }

  /** 3 matrices meet 2: the product's batch is regular neither in one nor in the other. */
  @Test
  void multipliesEachOfAStackWithEachOfAnother() {
    HostTensor a = HostTensor.of(Shape.of(3, 1, 1, 1), 2f, 3f, 5f);
    HostTensor b = HostTensor.of(Shape.of(2, 1, 1), 7f, 11f);
    HostTensor c = device.run(new MatMul(false, false), a, b);
    assertThat(IntStream.range(0, 6).mapToDouble(c::get).toArray())
        .containsExactly(14, 22, 21, 33, 35, 55);
  }

  @Test
  void multipliesInF64() {
    HostTensor a = HostTensor.of(Shape.of(1, 2), 1d, 0x1p-40);
    HostTensor b = HostTensor.of(Shape.of(2, 1), 1d, 1d);
    assertThat(device.run(new MatMul(false, false), a, b).get(0)).isEqualTo(1 + 0x1p-40);
  }

  /** Of equal elements in overlapping windows the first one of each window gets its gradient. */
  @Test
  void theGradientOfAMaximumGoesToTheFirst() {
    Window2d window = Window2d.square(3, 2, 1);
    HostTensor x = ones(1, 1, 4, 4);
    HostTensor gradY = HostTensor.of(Shape.of(1, 1, 2, 2), 1f, 10f, 100f, 1000f);
    HostTensor gradX = device.run(new MaxPool2dGrad(window), x, ones(1, 1, 2, 2), gradY);
    assertThat(IntStream.range(0, 16).mapToDouble(gradX::get).toArray())
        .containsExactly(1, 10, 0, 0, 100, 1000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void convolvesInF32Only() {
    TensorType wide = new TensorType(DType.F64, Shape.of(1, 1, 3, 3));
    HostTensor x = HostTensor.filled(wide, 1);
    assertThatThrownBy(() -> device.run(new Conv2d(Window2d.of(3, 3), 1), x, x))
        .hasMessageContaining("no kernel for conv2d")
        .hasMessageContaining("F64");
  }
}
