package dev.merapi.conformance;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Op;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.elementwise.Binary;
import dev.merapi.core.op.elementwise.Elu;
import dev.merapi.core.op.elementwise.LeakyRelu;
import dev.merapi.core.op.elementwise.Relu;
import dev.merapi.core.op.elementwise.Select;
import dev.merapi.core.op.elementwise.Unary;
import dev.merapi.core.op.normalization.Softmax;
import dev.merapi.core.op.reduction.Reduce;
import dev.merapi.core.op.reduction.ReduceFunction;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.op.window.MaxPool2d;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.UnaryFunction;
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
import org.junit.jupiter.api.TestFactory;

/** Gradients where finite differences cannot look: at kinks, ties and infinities, as PyTorch's. */
class KinkTest {
  private static final Devices DEVICES = new Devices();

  private static final Map<String, Op> OPS =
      Map.ofEntries(
          Map.entry("relu", new Relu()),
          Map.entry("leakyRelu 0.1", new LeakyRelu(0.1)),
          Map.entry("elu 0.5", new Elu(0.5)),
          Map.entry("abs", new Unary(UnaryFunction.ABS)),
          Map.entry("sign", new Unary(UnaryFunction.SIGN)),
          Map.entry("floor", new Unary(UnaryFunction.FLOOR)),
          Map.entry("sigmoid", new Unary(UnaryFunction.SIGMOID)),
          Map.entry("tanh", new Unary(UnaryFunction.TANH)),
          Map.entry("softplus", new Unary(UnaryFunction.SOFTPLUS)),
          Map.entry("erf", new Unary(UnaryFunction.ERF)),
          Map.entry("max", new Binary(BinaryFunction.MAX)),
          Map.entry("min", new Binary(BinaryFunction.MIN)),
          Map.entry("reduceMax", new Reduce(ReduceFunction.MAX, List.of(1), false)),
          Map.entry("reduceMin", new Reduce(ReduceFunction.MIN, List.of(1), false)),
          Map.entry("maxPool2d", new MaxPool2d(Window2d.square(2, 1, 0))),
          Map.entry("select", new Select()),
          Map.entry("softmax", new Softmax(1)));

  @AfterAll
  static void close() {
    DEVICES.close();
  }

  @TestFactory
  Stream<DynamicTest> gradientsAreAsInPyTorch() {
    Map<String, Golden> golden = Golden.read("golden/pytorch-kinks.txt");
    return Devices.found().stream()
        .flatMap(
            device ->
                golden.keySet().stream()
                    .flatMap(
                        name ->
                            Stream.of(false, true)
                                .map(
                                    fuse ->
                                        DynamicTest.dynamicTest(
                                            device + ": " + name + (fuse ? ", fused" : ""),
                                            () -> check(device, name, golden.get(name), fuse)))));
  }

  private static void check(String device, String name, Golden golden, boolean fuse) {
    Graph graph = new Graph("kink", 1);
    List<Value> inputs = new ArrayList<>();
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    for (NdArray in : golden.inputs()) {
      TensorType type = new TensorType(DType.F32, in.shape());
      String input = "x" + inputs.size();
      inputs.add(Input.of(graph, input, type));
      tensors.put(input, HostTensor.of(type, in.values()));
    }
    Value loss = Ops.sum(graph.applyAll(OPS.get(name), inputs).get(0));
    List<Value> gradients = Differentiator.gradients(loss, inputs);
    gradients.forEach(gradient -> graph.output("d" + gradients.indexOf(gradient), gradient));
    Map<String, HostTensor> actual =
        Compiled.once(graph, DEVICES.get(device), CompileOptions.DEFAULT.fuse(fuse), tensors);
    for (int i = 0; i < inputs.size(); i++) {
      HostTensor expected = HostTensor.of(inputs.get(i).type(), golden.outputs().get(i).values());
      Samples.requireNear(name + " d" + i, expected, actual.get("d" + i), Tolerance.ELEMENTWISE);
    }
  }
}
