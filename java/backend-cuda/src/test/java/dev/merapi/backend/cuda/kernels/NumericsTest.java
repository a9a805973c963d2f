package dev.merapi.backend.cuda.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.core.backend.Availability;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Bindings;
import dev.merapi.core.backend.Numerics;
import dev.merapi.core.backend.PreparedStep;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Op;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.contraction.MatMul;
import dev.merapi.core.op.recurrent.Lstm;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.op.window.Conv2d;
import dev.merapi.core.op.window.Conv2dGradFilter;
import dev.merapi.core.op.window.Conv2dGradInput;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.stream.Stream;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What may be done to be faster is done where it was allowed, and nowhere else. */
class NumericsTest {
  private static final Numerics TF32 = new Numerics(true, true);

  /** Lets a stand-in take products in TF32, which it refuses otherwise. */
  private static final int ALLOW_TF32 = 0x454D000A;

  /** More than the 10 bits of TF32's mantissa hold, by which it becomes 1. */
  private static final double FINE = 1 + 0x1p-12;

  private Backend backend;

  @BeforeEach
  void open() {
    Availability availability = Backends.availability().get("cuda");
    assumeTrue(availability.usable(), availability.reason());
    assumeTrue(System.getProperty("merapi.cuda.standIn") != null, "no stand-in for CUDA is given");
    backend = Backends.open("cuda");
  }

  @AfterEach
  void close() {
    if (backend != null) {
      JCudaDriver.cuCtxSetLimit(ALLOW_TF32, 0);
      backend.close();
    }
  }

  /** Ops, each with inputs whose products are a number alone times 1. */
  static Stream<Arguments> products() {
    Conv2d convolution = new Conv2d(Window2d.of(1, 1), 1);
    TensorType image = TensorType.f32(1, 1, 1, 1);
    return Stream.of(
        Arguments.of(new MatMul(false, false), List.of(TensorType.f32(2, 1), TensorType.f32(1, 3))),
        Arguments.of(
            new MatMul(false, false), List.of(TensorType.f32(4, 2, 1), TensorType.f32(4, 1, 3))),
        Arguments.of(convolution, List.of(image, image)),
        Arguments.of(new Conv2dGradInput(convolution, 1, 1), List.of(image, image)),
        Arguments.of(new Conv2dGradFilter(convolution), List.of(image, image)));
  }

  @ParameterizedTest
  @MethodSource("products")
  void productsAreRoundedOnlyWhereThatIsAllowed(Op op, List<TensorType> types) {
    assertThat(first(op, types, Numerics.DEFAULT)).isEqualTo(FINE);
    assertThatThrownBy(() -> first(op, types, TF32)).hasMessageContaining(op.name());

    JCudaDriver.cuCtxSetLimit(ALLOW_TF32, 1);
    assertThat(first(op, types, Numerics.DEFAULT)).isEqualTo(FINE);
    assertThat(first(op, types, TF32)).isOne();
  }

  private double first(Op op, List<TensorType> types, Numerics numerics) {
    Graph graph = new Graph("test", 1);
    Bindings bindings = new Bindings();
    List<Value> inputs =
        types.stream()
            .map(
                type -> {
                  String name = "x" + bindings.inputs().size();
                  double value = bindings.inputs().isEmpty() ? FINE : 1;
                  bindings.input(name, HostTensor.filled(type, value));
                  return Input.of(graph, name, type);
                })
            .toList();
    Value y = graph.applyAll(op, inputs).get(0);
    graph.output("y", y);
    HostTensor result = HostTensor.zeros(y.type());
    bindings.output("y", result);
    try (StateStore store = new StateStore(backend);
        Program program = compile(graph, store, numerics)) {
      program.run(bindings);
      return result.get(0);
    }
  }

  private static Program compile(Graph graph, StateStore store, Numerics numerics) {
    return Program.compile(graph, store, CompileOptions.DEFAULT.numerics(numerics));
  }

  @Test
  void recurrentNetworksRoundOnlyWhereThatIsAllowed() {
    compileLstm(Numerics.DEFAULT);
    assertThatThrownBy(() -> compileLstm(TF32)).hasMessageContaining("lstm: cuDNN: ");
    JCudaDriver.cuCtxSetLimit(ALLOW_TF32, 1);
    compileLstm(TF32);
  }

  private void compileLstm(Numerics numerics) {
    Lstm lstm = new Lstm(4, 1, false);
    Graph graph = new Graph("test", 1);
    Value x = Input.of(graph, "x", TensorType.f32(5, 3, 2));
    Value weight = Input.of(graph, "weight", TensorType.f32(lstm.weights(2).elements()));
    Value state = Input.of(graph, "state", TensorType.f32(1, 3, 4));
    graph.output("y", Lstm.of(lstm, x, weight, state, state).get(0));
    try (StateStore store = new StateStore(backend);
        Program program = compile(graph, store, numerics)) {
      assertThat(program.steps()).isNotEmpty();
    }
  }

  /** The stand-in's heuristics name what is not deterministic first. */
  @Test
  void algorithmsAreDeterministicUnlessTheyNeedNotBe() {
    assertThat(gradInputKernel(Numerics.DEFAULT)).isEqualTo("cuda.conv2dGradInput.cudnn.algo_1");
    assertThat(gradInputKernel(new Numerics(false, false)))
        .isEqualTo("cuda.conv2dGradInput.cudnn.algo_0");
  }

  private String gradInputKernel(Numerics numerics) {
    Graph graph = new Graph("test", 1);
    Value gradOutput = Input.of(graph, "gradOutput", TensorType.f32(2, 3, 6, 6));
    Value weight = Input.of(graph, "weight", TensorType.f32(3, 2, 3, 3));
    Conv2d convolution = new Conv2d(Window2d.of(3, 3), 1);
    Op op = new Conv2dGradInput(convolution, 8, 8);
    graph.output("gradInput", graph.applyAll(op, List.of(gradOutput, weight)).get(0));
    try (StateStore store = new StateStore(backend);
        Program program = compile(graph, store, numerics)) {
      return program.steps().stream().map(PreparedStep::kernelName).findFirst().orElseThrow();
    }
  }
}
