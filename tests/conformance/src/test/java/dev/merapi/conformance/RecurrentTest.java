package dev.merapi.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Op;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.recurrent.Gru;
import dev.merapi.core.op.recurrent.Lstm;
import dev.merapi.core.op.recurrent.Rnn;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** LSTM, GRU and RNN give what PyTorch's modules give, gradients included. */
class RecurrentTest {
  private static final Devices DEVICES = new Devices();
  private static final Map<String, Golden> GOLDEN = Golden.read("golden/pytorch-recurrent.txt");

  private static final Map<String, Op> OPS =
      Map.of(
          "lstm", new Lstm(2, 1, false),
          "lstm 2 layers", new Lstm(2, 2, false),
          "lstm 2 layers, bidirectional", new Lstm(2, 2, true),
          "gru", new Gru(2, 1, false),
          "gru 2 layers, bidirectional", new Gru(2, 2, true),
          "rnn tanh", new Rnn(Rnn.Mode.TANH, 2, 1, false),
          "rnn tanh 2 layers, bidirectional", new Rnn(Rnn.Mode.TANH, 2, 2, true),
          "rnn relu 2 layers", new Rnn(Rnn.Mode.RELU, 2, 2, false));

  @AfterAll
  static void close() {
    DEVICES.close();
  }

  @Test
  void everyGoldenCaseIsRun() {
    assertThat(GOLDEN.keySet().stream().filter(name -> !name.endsWith(" grad")))
        .containsExactlyInAnyOrderElementsOf(OPS.keySet());
  }

  @TestFactory
  Stream<DynamicTest> asPytorch() {
    return Devices.found().stream()
        .flatMap(device -> OPS.keySet().stream().map(name -> test(device, name)));
  }

  private static DynamicTest test(String device, String name) {
    return DynamicTest.dynamicTest(
        device + ": " + name,
        () -> {
          DType dtype = device.equals("reference") ? DType.F64 : DType.F32;
          check(device, name, dtype, CompileOptions.DEFAULT);
          check(device, name, dtype, CompileOptions.DEFAULT.decomposeAll(true));
        });
  }

  /** The backward case has the gradients by the outputs before the inputs of the forward case. */
  private static void check(String device, String name, DType dtype, CompileOptions options) {
    Golden forward = GOLDEN.get(name);
    Golden backward = GOLDEN.get(name + " grad");
    Graph graph = new Graph("recurrent", 1);
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    Map<String, HostTensor> expected = new LinkedHashMap<>();
    List<Value> inputs = new ArrayList<>();
    for (NdArray in : forward.inputs()) {
      inputs.add(input(graph, tensors, dtype, in));
    }
    List<Value> outputs = graph.applyAll(OPS.get(name), inputs);
    Value loss = Constant.scalar(graph, dtype, 0);
    for (int i = 0; i < forward.outputs().size(); i++) {
      Value weight = input(graph, tensors, dtype, backward.inputs().get(i));
      loss = Ops.add(loss, Ops.sum(Ops.mul(outputs.get(i), weight)));
      output(graph, expected, "y" + i, outputs.get(i), forward.outputs().get(i));
    }
    List<Value> gradients = Differentiator.gradients(loss, inputs);
    for (int i = 0; i < gradients.size(); i++) {
      output(graph, expected, "d" + i, gradients.get(i), backward.outputs().get(i));
    }
    Map<String, HostTensor> actual = Compiled.once(graph, DEVICES.get(device), options, tensors);
    Samples.requireNear(expected, actual, new Tolerance(200));
  }

  private static Value input(
      Graph graph, Map<String, HostTensor> tensors, DType dtype, NdArray array) {
    TensorType type = new TensorType(dtype, array.shape());
    String name = "x" + tensors.size();
    tensors.put(name, HostTensor.of(type, array.values()));
    return Input.of(graph, name, type);
  }

  private static void output(
      Graph graph, Map<String, HostTensor> expected, String name, Value value, NdArray array) {
    graph.output(name, value);
    expected.put(name, HostTensor.of(value.type(), array.values()));
  }
}
