package dev.merapi.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Bindings;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class FuseEpilogueTest {
  private final Graph graph = new Graph("test", 1);
  private final Bindings bindings = new Bindings();

  private Value input(String name, int[] dims, float... values) {
    bindings.input(name, HostTensor.of(Shape.of(dims), values));
    return Input.of(graph, name, new TensorType(DType.F32, Shape.of(dims)));
  }

  /** Runs the graph; gives the kernels' names without what oneDNN chose, but for transpositions. */
  private List<String> run() {
    graph.outputs().forEach((name, value) -> bindings.output(name, HostTensor.zeros(value.type())));
    try (Backend backend = Backends.open("cpu");
        StateStore store = new StateStore(backend);
        Program program = Program.compile(graph, store, CompileOptions.DEFAULT)) {
      program.run(bindings);
      return program.steps().stream()
          .map(step -> step.kernelName().split("\\.")[1])
          .filter(name -> !name.equals("transpose"))
          .toList();
    }
  }

  /** The output's elements, with 0 for -0. */
  private float[] output(String name) {
    float[] values = bindings.outputs().get(name).toFloatArray();
    for (int i = 0; i < values.length; i++) {
      values[i] += 0f;
    }
    return values;
  }

  @Test
  void aDenseLayerIsOneKernel() {
    Value a = input("a", new int[] {2, 2}, 1, 2, 3, 4);
    Value b = input("b", new int[] {2, 2}, 1, 0, 0, -1);
    Value bias = input("bias", new int[] {2}, 10, 3);
    graph.output("y", Ops.relu(Ops.add(Ops.matMul(a, b), bias)));
    assertThat(run()).containsExactly("matMulWithBias");
    assertThat(output("y")).containsExactly(11, 1, 13, 0);
  }

  @Test
  void aConvolutionalLayerIsOneKernel() {
    Value x = input("x", new int[] {1, 1, 2, 2}, 1, 2, 3, 4);
    Value w = input("w", new int[] {2, 1, 1, 1}, 1, -1);
    Value bias = Ops.reshape(input("bias", new int[] {2}, -2, 3), 2, 1, 1);
    graph.output("y", Ops.relu(Ops.add(bias, Ops.conv2d(x, w, Window2d.of(1, 1), 1))));
    assertThat(run()).containsExactly("convolutionWithBias");
    assertThat(output("y")).containsExactly(0, 0, 1, 2, 2, 1, 0, 0);
  }

  @Test
  void whatSomethingElseReadsIsKept() {
    Value a = input("a", new int[] {1, 2}, 1, 2);
    Value b = input("b", new int[] {2, 2}, 1, 0, 0, -1);
    Value sum = Ops.add(Ops.matMul(a, b), input("bias", new int[] {2}, 10, 1));
    graph.output("sum", sum);
    graph.output("y", Ops.relu(sum));
    assertThat(run()).startsWith("matMulWithBias").hasSize(2);
    assertThat(output("sum")).containsExactly(11, -1);
    assertThat(output("y")).containsExactly(11, 0);
  }

  @Test
  void notANumberStaysSo() {
    Value a = input("a", new int[] {1, 2}, Float.NaN, 2);
    Value b = input("b", new int[] {2, 2}, 1, 0, 0, -1);
    graph.output("y", Ops.relu(Ops.add(Ops.matMul(a, b), input("bias", new int[] {2}, 1, 1))));
    assertThat(run()).containsExactly("matMulWithBias");
    assertThat(output("y")).containsExactly(Float.NaN, Float.NaN);
  }

  @Test
  void notANumberStaysSoInImages() {
    Value x = input("x", new int[] {1, 1, 1, 2}, Float.NaN, 3);
    Value w = input("w", new int[] {1, 1, 1, 1}, 2);
    Value c = input("c", new int[] {1, 1, 1}, 1);
    graph.output("z", Ops.relu(Ops.add(Ops.conv2d(x, w, Window2d.of(1, 1), 1), c)));
    assertThat(run()).containsExactly("convolutionWithBias");
    assertThat(output("z")).containsExactly(Float.NaN, 7);
  }

  @Test
  void aResidualConvolutionIsOneKernel() {
    Value x = input("x", new int[] {1, 2, 1, 2}, 1, 2, 3, -4);
    Value w = input("w", new int[] {2, 2, 1, 1}, 1, 0, 0, 2);
    Value bias = Ops.reshape(input("bias", new int[] {2}, 10, 1), 2, 1, 1);
    Value y = Ops.add(Ops.conv2d(x, w, Window2d.of(1, 1), 1), bias);
    graph.output("y", Ops.relu(Ops.add(x, y)));
    assertThat(run()).containsExactly("convolutionWithBias");
    assertThat(output("y")).containsExactly(12, 14, 10, 0);
  }

  @Test
  void aResidualDenseLayerIsOneKernel() {
    Value x = input("x", new int[] {2, 2}, 1, 2, 3, 4);
    Value w = input("w", new int[] {2, 2}, 0, 1, -9, 0);
    Value y = Ops.add(Ops.matMul(x, w, false, true), input("bias", new int[] {2}, 10, 1));
    graph.output("sum", Ops.add(y, x));
    graph.output("y", Ops.relu(Ops.add(Ops.matMul(x, w), x)));
    assertThat(run()).contains("matMulWithBias").hasSize(3);
    assertThat(output("sum")).containsExactly(13, -6, 17, -22);
    assertThat(output("y")).containsExactly(0, 3, 0, 7);
  }

  /** Two products in one sum: one is added to the other. */
  @Test
  void oneOfTwoBranchesIsAdded() {
    Value x = input("x", new int[] {1, 2}, 1, 2);
    Value a = input("a", new int[] {2, 2}, 1, 0, 0, 1);
    Value b = input("b", new int[] {2, 2}, 0, 5, 7, 0);
    Value c = input("c", new int[] {2}, 100, 200);
    Value first = Ops.add(Ops.matMul(x, a), c);
    Value second = Ops.add(Ops.matMul(x, b), c);
    graph.output("y", Ops.relu(Ops.add(first, second)));
    assertThat(run()).containsExactly("matMulWithBias", "matMulWithBias");
    assertThat(output("y")).containsExactly(215, 407);
  }

  /** Minus infinity gives NaN, not the 0 that it is without fusion: as Epilogue says. */
  @Test
  void infinitiesStayNotFinite() {
    Value a = input("a", new int[] {1, 1}, Float.POSITIVE_INFINITY);
    Value b = input("b", new int[] {1, 2}, 1, -1);
    graph.output("y", Ops.relu(Ops.add(Ops.matMul(a, b), input("bias", new int[] {2}, 1, 1))));
    assertThat(run()).containsExactly("matMulWithBias");
    assertThat(output("y")).containsExactly(Float.POSITIVE_INFINITY, Float.NaN);
  }
}
