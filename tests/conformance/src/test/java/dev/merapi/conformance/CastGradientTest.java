package dev.merapi.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The gradient of a cast is the gradient cast back; integers end it. */
class CastGradientTest {
  private static final HostTensor X = HostTensor.of(Shape.of(3), 1.5f, -2, 0.25f);

  @Test
  void castsTheGradientBack() {
    assertThat(gradient(x -> Ops.square(Ops.cast(x, DType.F64))))
        .isEqualTo(HostTensor.of(Shape.of(3), 3f, -4, 0.5f));
  }

  @Test
  void integersHaveNoGradient() {
    assertThat(gradient(x -> Ops.cast(Ops.cast(x, DType.I32), DType.F32)))
        .isEqualTo(HostTensor.of(Shape.of(3), 0f, 0, 0));
  }

  private static HostTensor gradient(UnaryOperator<Value> f) {
    Graph graph = new Graph("cast", 1);
    Value x = Input.of(graph, "x", new TensorType(DType.F32, Shape.of(3)));
    Value loss = Ops.sum(f.apply(x));
    graph.output("d", Differentiator.gradients(loss, List.of(x)).get(0));
    try (Devices devices = new Devices()) {
      return Compiled.once(graph, devices.reference(), CompileOptions.DEFAULT, Map.of("x", X))
          .get("d");
    }
  }
}
