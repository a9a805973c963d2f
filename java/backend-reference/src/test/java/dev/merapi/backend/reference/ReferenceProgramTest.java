package dev.merapi.backend.reference;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.mean;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.square;
import static dev.merapi.core.op.Ops.sub;
import static dev.merapi.core.op.Ops.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Bindings;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.op.state.Assign;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.plan.MemoryPlanner;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole programs: state, gradients, memory. */
class ReferenceProgramTest {
  private static final TensorType PAIR = TensorType.f32(2);

  private static VariableSpec variable(String path, float... values) {
    return new VariableSpec(
        path, PAIR, "parameters", () -> HostTensor.of(Shape.of(values.length), values));
  }

  /** Least squares by gradient descent: w must come to (2, -1), which the four points lie on. */
  @ParameterizedTest
  @EnumSource(MemoryPlanner.Mode.class)
  void descendsToTheSolution(MemoryPlanner.Mode mode) {
    try (Backend backend = Backends.open("reference");
        StateStore store = new StateStore(backend)) {
      store.declare(List.of(variable("w", 0, 0)));
      Graph graph = new Graph("line", 1);
      Value x = Input.of(graph, "x", TensorType.f32(4, 2));
      Value y = Input.of(graph, "y", TensorType.f32(4));
      Value w = Variable.of(graph, "w", PAIR);
      Value prediction = sum(mul(x, w), 1);
      Value loss = mean(square(sub(prediction, y)));
      Value grad = Differentiator.gradients(loss, List.of(w)).get(0);
      Assign.of(w, sub(w, mul(grad, 0.3)));
      graph.output("loss", loss);
      HostTensor lossNow = HostTensor.zeros(TensorType.scalar(DType.F32));
      Bindings bindings =
          new Bindings()
              .input("x", HostTensor.of(Shape.of(4, 2), 0f, 0f, 1f, 0f, 0f, 1f, 1f, 1f))
              .input("y", HostTensor.of(Shape.of(4), 0f, 2f, -1f, 1f))
              .output("loss", lossNow);
      try (Program program = Program.compile(graph, store, CompileOptions.DEFAULT.memory(mode))) {
        program.run(bindings);
        // Sum of squares of y over 4 at w = 0.
        assertThat(lossNow.item()).isEqualTo(1.5);
        for (int step = 0; step < 300; step++) {
          program.run(bindings);
        }
      }
      assertThat(store.get("w").get(0)).isCloseTo(2, offset(1e-4));
      assertThat(store.get("w").get(1)).isCloseTo(-1, offset(1e-4));
    }
  }

  @Test
  void readsMeanOldValues() {
    try (Backend backend = Backends.open("reference");
        StateStore store = new StateStore(backend)) {
      store.declare(List.of(variable("a", 1, 2), variable("b", 3, 4)));
      Graph graph = new Graph("swap", 1);
      Value a = Variable.of(graph, "a", PAIR);
      Value b = Variable.of(graph, "b", PAIR);
      Assign.of(a, b);
      Assign.of(b, a);
      graph.output("sum", add(a, mul(b, 10)));
      graph.output("a", a);
      HostTensor sum = HostTensor.zeros(PAIR);
      HostTensor old = HostTensor.zeros(PAIR);
      try (Program program = Program.compile(graph, store, CompileOptions.DEFAULT)) {
        program.run(new Bindings().output("sum", sum).output("a", old));
      }
      assertThat(sum.toFloatArray()).containsExactly(31, 42);
      assertThat(old.toFloatArray()).containsExactly(1, 2);
      assertThat(store.get("a").toFloatArray()).containsExactly(3, 4);
      assertThat(store.get("b").toFloatArray()).containsExactly(1, 2);
    }
  }

  @Test
  void anInputHasOneType() {
    try (Backend backend = Backends.open("reference");
        StateStore store = new StateStore(backend)) {
      Graph graph = new Graph("net", 1);
      Input.of(graph, "x", PAIR);
      graph.output("y", add(Input.of(graph, "x", TensorType.f32(1)), 1));
      assertThatThrownBy(() -> Program.compile(graph, store, CompileOptions.DEFAULT))
          .isInstanceOf(GraphException.class)
          .hasMessage("input x is used as F32[2] and as F32[1]");
    }
  }

  @Test
  void namesWhatIsWrongWithBindings() {
    try (Backend backend = Backends.open("reference");
        StateStore store = new StateStore(backend)) {
      Graph graph = new Graph("net", 1);
      graph.output("y", add(Input.of(graph, "x", PAIR), 1));
      try (Program program = Program.compile(graph, store, CompileOptions.DEFAULT)) {
        assertThatThrownBy(() -> program.run(new Bindings())).hasMessage("input x is not bound");
        HostTensor wrong = HostTensor.zeros(TensorType.f32(3));
        assertThatThrownBy(() -> program.run(new Bindings().input("x", wrong)))
            .hasMessage("input x is F32[3], expected F32[2]");
      }
    }
  }
}
