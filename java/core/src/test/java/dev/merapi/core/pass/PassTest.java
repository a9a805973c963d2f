package dev.merapi.core.pass;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.graph.Verifier;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/** A graph to build and a way to see what passes make of a value. */
abstract class PassTest {
  final Graph graph = new Graph("net", 1);

  Value input(String name, int... dims) {
    return Input.of(graph, name, TensorType.f32(dims));
  }

  Value constant(double value, int... dims) {
    return Constant.of(graph, TensorType.f32(dims), value);
  }

  Value constant(DType dtype, double value, int... dims) {
    return Constant.of(graph, new TensorType(dtype, Shape.of(dims)), value);
  }

  /** The only output's value after the pass, whose graph is verified. */
  Value after(Pass pass, Value value) {
    graph.output("y" + graph.outputs().size(), value);
    Graph rewritten = pass.run(graph);
    Verifier.verify(rewritten);
    List<Value> outputs = List.copyOf(rewritten.outputs().values());
    return outputs.get(outputs.size() - 1);
  }

  /** The value as a formula of ops, constants and input names. */
  static String text(Value value) {
    if (value.op() instanceof Input input) {
      return input.inputName();
    } else if (value.op() instanceof Constant constant) {
      return constant.value() + "" + constant.type().shape();
    }
    List<String> inputs = value.node().inputs().stream().map(PassTest::text).toList();
    return value.op().name() + "(" + String.join(", ", inputs) + ")";
  }
}
