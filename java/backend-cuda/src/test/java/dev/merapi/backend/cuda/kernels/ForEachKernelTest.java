package dev.merapi.backend.cuda.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.op.elementwise.ForEach;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ForEachKernelTest {
  /** In two launches even where arguments may take 32 kilobytes. */
  private static final int MANY = 2000;

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

  @Test
  void moreTensorsThanFitIntoALaunch() {
    List<ScalarExpr> twice = List.of(ScalarExpr.add(ScalarExpr.arg(0), ScalarExpr.arg(0)));
    List<Shape> shapes = Collections.nCopies(MANY, Shape.of(5));
    List<HostTensor> inputs = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      inputs.add(HostTensor.filled(TensorType.f32(5), i));
    }
    ForEach op = new ForEach(twice, 0, 1, DType.F32, shapes);

    List<HostTensor> outputs = device.runAll(op, inputs.toArray(HostTensor[]::new));

    assertThat(device.kernels()).containsExactly("cuda.forEach");
    for (int i = 0; i < MANY; i++) {
      assertThat(outputs.get(i).toDoubleArray()).containsOnly(2.0 * i);
    }
  }
}
