package dev.merapi.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.recurrent.Scan;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A recurrence that no library op covers: the state is multiplied by a gate before the weight. */
class ScanTest {
  private static final int STEPS = 6;
  private static final int N = 3;
  private static final int SIZE = 4;

  static List<String> devices() {
    return Devices.found();
  }

  /** h' = tanh(x + (sigmoid(x) h) W). */
  private static Value step(Value h, Value x, Value weight) {
    return Ops.tanh(Ops.add(x, Ops.matMul(Ops.mul(Ops.sigmoid(x), h), weight)));
  }

  private static Graph graph(DType dtype, int steps, boolean scanned) {
    Graph graph = new Graph("gated", 1);
    Value x = Input.of(graph, "x", new TensorType(dtype, Shape.of(steps, N, SIZE)));
    Value weight = Input.of(graph, "weight", new TensorType(dtype, Shape.of(SIZE, SIZE)));
    Value first = Input.of(graph, "h", new TensorType(dtype, Shape.of(N, SIZE)));
    Value last = first;
    Value sum = Constant.scalar(graph, dtype, 0);
    if (scanned) {
      Scan.Carried all =
          Ops.scan(
              List.of(first),
              List.of(x),
              (states, elements) -> {
                Value h = step(states.get(0), elements.get(0), weight);
                return new Scan.Carried(List.of(h), List.of(Ops.square(h)));
              });
      last = all.states().get(0);
      sum = Ops.sum(all.results().get(0));
    } else {
      for (int t = 0; t < steps; t++) {
        Value row = Ops.slice(x, List.of(t, 0, 0), List.of(t + 1, N, SIZE));
        last = step(last, Ops.reshape(row, N, SIZE), weight);
        sum = Ops.add(sum, Ops.sum(Ops.square(last)));
      }
    }
    List<Value> gradients =
        Differentiator.gradients(Ops.add(sum, Ops.sum(last)), List.of(x, weight, first));
    graph.output("sum", sum);
    graph.output("last", last);
    IntStream.range(0, 3).forEach(i -> graph.output("d" + i, gradients.get(i)));
    return graph;
  }

  private static Map<String, HostTensor> inputs(DType dtype, int steps) {
    return Map.of(
        "x", Samples.normal(new TensorType(dtype, Shape.of(steps, N, SIZE)), 1),
        "weight", Samples.normal(new TensorType(dtype, Shape.of(SIZE, SIZE)), 2),
        "h", Samples.normal(new TensorType(dtype, Shape.of(N, SIZE)), 3));
  }

  @ParameterizedTest
  @MethodSource("devices")
  void equalsTheSameStepsOneByOne(String device) {
    DType dtype = device.equals("reference") ? DType.F64 : DType.F32;
    try (Devices devices = new Devices()) {
      Map<String, HostTensor> inputs = inputs(dtype, STEPS);
      CompileOptions options = CompileOptions.DEFAULT;
      Samples.requireNear(
          Compiled.once(graph(dtype, STEPS, false), devices.get(device), options, inputs),
          Compiled.once(graph(dtype, STEPS, true), devices.get(device), options, inputs),
          Tolerance.sumOf(20 * STEPS));
    }
  }

  /** The backward scan computes the forward ops from saved states: the same nodes in the end. */
  @Test
  void nothingIsComputedTwice() {
    try (Devices devices = new Devices();
        Compiled compiled =
            new Compiled(
                graph(DType.F32, STEPS, true), devices.reference(), CompileOptions.DEFAULT)) {
      assertThat(compiled.program().graph().nodes().stream())
          .filteredOn(node -> node.op().toString().contains("TANH"))
          .hasSize(STEPS);
    }
  }

  /** Twice the places are twice the kernels, and no more. */
  @Test
  void theProgramGrowsLinearly() {
    try (Devices devices = new Devices()) {
      int[] kernels = new int[2];
      for (int i = 0; i < 2; i++) {
        Graph graph = graph(DType.F32, i == 0 ? 100 : 200, true);
        try (Compiled compiled = new Compiled(graph, devices.reference(), CompileOptions.DEFAULT)) {
          kernels[i] = compiled.kernels().size();
        }
      }
      assertThat(kernels[1]).isLessThan(2 * kernels[0] + 10);
    }
  }

  @Test
  void whatDependsOnAPlaceStaysInTheBody() {
    Graph graph = new Graph("leak", 1);
    Value x = Input.of(graph, "x", TensorType.f32(3, 2));
    Value[] leak = new Value[1];
    Ops.scan(
        List.of(),
        List.of(x),
        (none, elements) -> {
          leak[0] = Ops.exp(elements.get(0));
          return new Scan.Carried(List.of(), List.of(leak[0]));
        });
    graph.output("y", leak[0]);
    try (Devices devices = new Devices()) {
      assertThatThrownBy(() -> new Compiled(graph, devices.reference(), CompileOptions.DEFAULT))
          .isInstanceOf(GraphException.class)
          .hasMessage("leak: a value of a scan's body is used outside of it");
    }
  }

  @Test
  void errorsSayWhatWasExpected() {
    Graph graph = new Graph("", 1);
    Value x = Input.of(graph, "x", TensorType.f32(3, 2));
    Value longer = Input.of(graph, "longer", TensorType.f32(4, 2));
    Value number = Input.of(graph, "number", TensorType.f32());
    Scan.Body nothing = (s, e) -> new Scan.Carried(List.of(), List.of());
    Scan.Body row = (s, e) -> new Scan.Carried(List.of(e.get(0)), List.of());
    assertThatThrownBy(() -> Ops.scan(List.of(x), List.of(), nothing))
        .hasMessage("scan: expected a sequence [T, ...], found []");
    assertThatThrownBy(() -> Ops.scan(List.of(x), List.of(number), nothing))
        .hasMessageStartingWith("scan: expected a sequence [T, ...], found");
    assertThatThrownBy(() -> Scan.times(0, List.of(x), (s, e) -> new Scan.Carried(s, s)))
        .hasMessage("scan: expected at least one place, found 0");
    assertThatThrownBy(() -> Ops.scan(List.of(x), List.of(x), nothing))
        .hasMessage("scan: expected 1 next states, found 0");
    assertThatThrownBy(() -> Ops.scan(List.of(x), List.of(x), row))
        .hasMessage("scan: expected a next state 0 like the first, F32[3, 2], found F32[2]");
    assertThatThrownBy(() -> Ops.scan(List.of(), List.of(x, longer), nothing))
        .hasMessage("scan: expected a sequence of 3 places, found F32[4, 2]");
    assertThatThrownBy(() -> Scan.times(3, List.of(), nothing))
        .hasMessage("scan: expected a state or a sequence, found none");
  }
}
