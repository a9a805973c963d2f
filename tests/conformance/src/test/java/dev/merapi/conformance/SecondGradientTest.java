package dev.merapi.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of gradients that no finite difference of one op alone can check. */
class SecondGradientTest {
  private static final TensorType IMAGE = new TensorType(DType.F32, Shape.of(1, 1, 2, 4));
  private static final float[] X = {1, -2, 5, 7, 3, 0.5f, 6, -1};

  static List<String> devices() {
    return Devices.found();
  }

  private static float[] run(String device, Graph graph, float[] v) {
    try (Devices devices = new Devices()) {
      Map<String, HostTensor> inputs =
          Map.of("x", HostTensor.of(IMAGE.shape(), X), "v", HostTensor.of(IMAGE.shape(), v));
      return Compiled.once(graph, devices.get(device), CompileOptions.DEFAULT, inputs)
          .get("y")
          .toFloatArray();
    }
  }

  /** The Hessian of the sum of the windows' squared maxima is 2 at the maxima: 3 and 7. */
  @ParameterizedTest
  @MethodSource("devices")
  void ofMaxPooling(String device) {
    Graph graph = new Graph("second", 1);
    Value x = Input.of(graph, "x", IMAGE);
    Value v = Input.of(graph, "v", IMAGE);
    Value loss = Ops.sum(Ops.square(Ops.maxPool2d(x, Window2d.square(2, 2, 0))));
    Value grad = Differentiator.gradients(loss, List.of(x)).get(0);
    Value product = Ops.sum(Ops.mul(grad, v));
    graph.output("y", Differentiator.gradients(product, List.of(x)).get(0));
    assertThat(run(device, graph, new float[] {1, 2, 3, 4, 5, 6, 7, 8}))
        .containsExactly(0, 0, 0, 8, 10, 0, 0, 0);
  }

  @Test
  void ofOverlappingMaxPoolingIsRefused() {
    Graph graph = new Graph("second", 1);
    Value x = Input.of(graph, "x", IMAGE);
    Value loss = Ops.sum(Ops.square(Ops.maxPool2d(x, Window2d.square(2, 1, 0))));
    Value grad = Differentiator.gradients(loss, List.of(x)).get(0);
    Value product = Ops.sum(Ops.square(grad));
    assertThatThrownBy(() -> Differentiator.gradients(product, List.of(x)))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("overlapping windows can be differentiated once only");
  }

  /** The derivative of x v c with c = x^2 held constant is v x^2, and not 3 v x^2. */
  @ParameterizedTest
  @MethodSource("devices")
  void nothingGoesThroughStopGradient(String device) {
    Graph graph = new Graph("stop", 1);
    Value x = Input.of(graph, "x", IMAGE);
    Value v = Input.of(graph, "v", IMAGE);
    Value loss = Ops.sum(Ops.mul(Ops.mul(x, v), Ops.stopGradient(Ops.square(x))));
    graph.output("y", Differentiator.gradients(loss, List.of(x)).get(0));
    assertThat(run(device, graph, new float[] {1, 1, 2, 1, 1, 4, 1, 1}))
        .containsExactly(1, 4, 50, 49, 9, 1, 36, 1);
  }
}
