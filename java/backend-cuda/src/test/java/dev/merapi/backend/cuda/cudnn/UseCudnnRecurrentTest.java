package dev.merapi.backend.cuda.cudnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.backend.Availability;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.recurrent.Lstm;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where cuDNN runs recurrent stacks; that it does so rightly is the conformance suite's matter. */
class UseCudnnRecurrentTest {
  private static final Lstm STACK = new Lstm(4, 2, true);

  private final Graph graph = new Graph("test", 1);
  private final Value x = input("x", 5, 3, 2);
  private final Value weight = input("weight", STACK.weights(2).elements());
  private final Value h = input("h", 4, 3, 4);
  private final Value c = input("c", 4, 3, 4);
  private final List<Value> outputs = Lstm.of(STACK, x, weight, h, c);

  private Backend backend;

  @BeforeEach
  void open() {
    Availability availability = Backends.availability().get("cuda");
    assumeTrue(availability.usable(), availability.reason());
    backend = Backends.open("cuda");
  }

  @AfterEach
  void close() {
    if (backend != null) {
      backend.close();
    }
  }

  private Value input(String name, int... dims) {
    return Input.of(graph, name, new TensorType(DType.F32, Shape.of(dims)));
  }

  private List<String> recurrentKernels() {
    try (StateStore store = new StateStore(backend);
        Program program = Program.compile(graph, store, CompileOptions.DEFAULT)) {
      return program.steps().stream()
          .map(step -> step.kernelName())
          .filter(name -> name.startsWith("cuda.lstm"))
          .toList();
    }
  }

  @Test
  void inference() {
    graph.output("y", outputs.get(0));
    assertThat(recurrentKernels()).containsExactly("cuda.lstm.cudnn");
  }

  @Test
  void training() {
    Value loss = Ops.sum(Ops.mul(outputs.get(0), outputs.get(0)));
    graph.output("gradWeight", Differentiator.gradients(loss, List.of(weight)).get(0));
    assertThat(recurrentKernels()).containsExactly("cuda.lstm.cudnn", "cuda.lstmGrad.cudnn");
  }

  /** cuDNN keeps them in a form of its own. */
  @Test
  void notWhereTheGatesAreWanted() {
    graph.output("y", outputs.get(0));
    graph.output("gates", outputs.get(3));
    assertThat(recurrentKernels()).isEmpty();
  }

  /** The first gradient spoils what cuDNN keeps. */
  @Test
  void notWhereThereAreTwoGradients() {
    for (int i = 0; i < 2; i++) {
      Value loss = Ops.sum(outputs.get(i));
      graph.output("gradX" + i, Differentiator.gradients(loss, List.of(x)).get(0));
    }
    assertThat(recurrentKernels()).isEmpty();
  }
}
