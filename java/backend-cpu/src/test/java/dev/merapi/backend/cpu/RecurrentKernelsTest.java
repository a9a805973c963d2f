package dev.merapi.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Bindings;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.recurrent.Gru;
import dev.merapi.core.op.recurrent.Lstm;
import dev.merapi.core.op.recurrent.RecurrentStack;
import dev.merapi.core.op.recurrent.Rnn;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecurrentKernelsTest {
  private Backend backend;

  @BeforeEach
  void open() {
    backend = Backends.open("cpu");
  }

  @AfterEach
  void close() {
    backend.close();
  }

  static List<RecurrentStack> stacks() {
    return List.of(
        new Lstm(64, 2, true),
        new Gru(64, 2, false),
        new Rnn(Rnn.Mode.TANH, 300, 1, false),
        new Rnn(Rnn.Mode.RELU, 64, 1, true));
  }

  /**
   * A stack, the sum of the squares of all it gives, and the gradients of that by its last inputs.
   */
  private static Graph graph(RecurrentStack stack, List<HostTensor> inputs, int firstGradient) {
    Graph graph = new Graph("recurrent", 1);
    List<Value> values = new ArrayList<>();
    for (HostTensor input : inputs) {
      values.add(Input.of(graph, "in" + values.size(), input.type()));
    }
    List<Value> outputs = graph.applyAll(stack, values);
    Value loss = Ops.sum(Ops.mul(outputs.get(0), outputs.get(0)));
    for (int s = 0; s < stack.states(); s++) {
      loss = Ops.add(loss, Ops.sum(Ops.mul(outputs.get(1 + s), outputs.get(1 + s))));
    }
    graph.output("y", outputs.get(0));
    List<Value> gradients = Differentiator.gradients(loss, values);
    for (int i = firstGradient; i < gradients.size(); i++) {
      graph.output("d" + i, gradients.get(i));
    }
    return graph;
  }

  private Map<String, HostTensor> run(RecurrentStack stack, List<HostTensor> inputs) {
    return run(stack, inputs, 0, stack.name() + "Grad");
  }

  private Map<String, HostTensor> run(
      RecurrentStack stack, List<HostTensor> inputs, int firstGradient, String backward) {
    Graph graph = graph(stack, inputs, firstGradient);
    Bindings bindings = new Bindings();
    for (int i = 0; i < inputs.size(); i++) {
      bindings.input("in" + i, inputs.get(i));
    }
    graph.outputs().forEach((name, value) -> bindings.output(name, HostTensor.zeros(value.type())));
    try (StateStore store = new StateStore(backend);
        Program program = Program.compile(graph, store, CompileOptions.DEFAULT)) {
      program.run(bindings);
      assertThat(program.steps().stream().map(step -> step.kernelName().split("\\.")[1]))
          .containsOnlyOnce(stack.name(), backward)
          .doesNotContain("matMul");
    }
    return bindings.outputs();
  }

  private static List<HostTensor> inputs(RecurrentStack stack, int steps, int batch, int in) {
    SplittableRandom random = new SplittableRandom(3);
    List<Shape> shapes = new ArrayList<>();
    shapes.add(Shape.of(steps, batch, in));
    shapes.add(Shape.of(stack.weights(in).elements()));
    for (int s = 0; s < stack.states(); s++) {
      shapes.add(stack.stateShape(batch));
    }
    List<HostTensor> inputs = new ArrayList<>();
    for (Shape shape : shapes) {
      HostTensor tensor = HostTensor.zeros(new TensorType(DType.F32, shape));
      double bound = shape.rank() == 1 ? 1 / Math.sqrt(stack.hidden()) : 1;
      for (int i = 0; i < tensor.elements(); i++) {
        tensor.set(i, random.nextDouble(-bound, bound));
      }
      inputs.add(tensor);
    }
    return inputs;
  }

  /** Some samples of tensors with the batch as second axis; the weight has none. */
  private static HostTensor samples(HostTensor tensor, int from, int to) {
    Shape shape = tensor.shape();
    if (shape.rank() == 1) {
      return tensor;
    }
    HostTensor part = HostTensor.zeros(tensor.type().withShape(shape.with(1, to - from)));
    int size = shape.dim(2);
    for (int i = 0; i < part.elements(); i++) {
      int outer = i / ((to - from) * size);
      int rest = i % ((to - from) * size);
      part.set(i, tensor.get((outer * shape.dim(1) + from) * size + rest));
    }
    return part;
  }

  /** A batch that is large enough for all threads gives what its samples give by themselves. */
  @ParameterizedTest
  @MethodSource("stacks")
  void samplesDoNotMeet(RecurrentStack stack) {
    int batch = RecurrentKernel.WORTH_SHARING / (stack.gates() * stack.hidden()) + 3;
    List<HostTensor> inputs = inputs(stack, 9, batch, 5);
    Map<String, HostTensor> all = run(stack, inputs);
    int[] cuts = {0, 1, batch};
    HostTensor[] gradWeights = new HostTensor[2];
    for (int part = 0; part < 2; part++) {
      int from = cuts[part];
      int to = cuts[part + 1];
      Map<String, HostTensor> some =
          run(stack, inputs.stream().map(tensor -> samples(tensor, from, to)).toList());
      some.forEach(
          (name, value) -> {
            if (!name.equals("d1")) {
              requireNear(samples(all.get(name), from, to), value, 2e-4);
            }
          });
      gradWeights[part] = some.get("d1");
    }
    HostTensor sum = HostTensor.zeros(gradWeights[0].type());
    for (int i = 0; i < sum.elements(); i++) {
      sum.set(i, gradWeights[0].get(i) + gradWeights[1].get(i));
    }
    requireNear(all.get("d1"), sum, 1e-4);
  }

  private static void requireNear(HostTensor actual, HostTensor expected, double tolerance) {
    assertThat(actual.type()).isEqualTo(expected.type());
    for (int i = 0; i < expected.elements(); i++) {
      double bound = tolerance * Math.max(1, Math.abs(expected.get(i)));
      assertThat(actual.get(i)).as("element %d", i).isCloseTo(expected.get(i), within(bound));
    }
  }

  /** A sample with NaN is NaN from there on, and no other is. */
  @ParameterizedTest
  @MethodSource("stacks")
  void notANumberStaysInItsSample(RecurrentStack stack) {
    List<HostTensor> inputs = inputs(stack, 3, 2, 5);
    inputs.get(0).set(5, Double.NaN); // place 0, sample 1
    HostTensor y = run(stack, inputs).get("y");
    int width = y.shape().dim(2);
    for (int i = 0; i < y.elements(); i++) {
      int sample = i / width % 2;
      boolean forward = i % width < stack.hidden();
      if (sample == 0) {
        assertThat(y.get(i)).isFinite();
      } else if (forward) {
        assertThat(y.get(i)).isNaN();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("stacks")
  void leavesOutTheGradientOfTheInputWhereNobodyReadsIt(RecurrentStack stack) {
    List<HostTensor> inputs = inputs(stack, 3, 2, 5);
    Map<String, HostTensor> all = run(stack, inputs);
    Map<String, HostTensor> some = run(stack, inputs, 1, "recurrentGradWithoutX");
    assertThat(some).doesNotContainKey("d0").hasSize(all.size() - 1);
    some.forEach((name, value) -> requireNear(all.get(name), value, 0));
  }

  @Test
  void twoRunsGiveTheSameBits() {
    RecurrentStack stack = new Lstm(64, 1, false);
    List<HostTensor> inputs = inputs(stack, 9, 300, 5);
    Map<String, HostTensor> first = run(stack, inputs);
    Map<String, HostTensor> second = run(stack, inputs);
    first.forEach(
        (name, value) ->
            assertThat(second.get(name).toFloatArray()).isEqualTo(value.toFloatArray()));
  }
}
