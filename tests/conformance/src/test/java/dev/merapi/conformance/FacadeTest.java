package dev.merapi.conformance;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.contraction.MatMul;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What the factories build of several ops gives what the one op gives, gradients included. */
class FacadeTest {
  @Test
  void stackedMatricesTimesOneMatrix() {
    for (boolean transposeB : new boolean[] {false, true}) {
      Shape b = transposeB ? Shape.of(5, 4) : Shape.of(4, 5);
      MatMul op = new MatMul(false, transposeB);
      requireSame(
          Shape.of(2, 3, 4),
          b,
          (x, y) -> MatMul.of(x, y, false, transposeB),
          (x, y) -> x.graph().apply(op, x, y));
    }
  }

  @Test
  void means() {
    Shape shape = Shape.of(3, 4, 5);
    requireSame(shape, x -> Ops.mean(x, 0, 2), x -> Ops.div(Ops.sum(x, 0, 2), 15));
    requireSame(shape, x -> Ops.mean(x), x -> Ops.div(Ops.sum(x), 60));
    requireSame(
        shape, x -> Ops.meanKeepDims(x, -1), x -> Ops.reshape(Ops.div(Ops.sum(x, 2), 5), 3, 4, 1));
    requireSame(shape, Ops::square, x -> Ops.pow(x, 2));
  }

  private static void requireSame(Shape x, UnaryOperator<Value> f, UnaryOperator<Value> g) {
    requireSame(x, Shape.SCALAR, (a, b) -> f.apply(a), (a, b) -> g.apply(a));
  }

  private static void requireSame(
      Shape x, Shape y, BinaryOperator<Value> f, BinaryOperator<Value> g) {
    Samples.requireNear(run(x, y, g), run(x, y, f), Tolerance.sumOf(60));
  }

  /** The value, and the gradients of the sum of its squares. */
  private static Map<String, HostTensor> run(Shape shapeX, Shape shapeY, BinaryOperator<Value> f) {
    TensorType typeX = new TensorType(DType.F64, shapeX);
    TensorType typeY = new TensorType(DType.F64, shapeY);
    Graph graph = new Graph("facade", 1);
    Value x = Input.of(graph, "x", typeX);
    Value y = Input.of(graph, "y", typeY);
    Value z = f.apply(x, y);
    List<Value> gradients = Differentiator.gradients(Ops.sum(Ops.square(z)), List.of(x, y));
    graph.output("z", z);
    graph.output("dx", gradients.get(0));
    graph.output("dy", gradients.get(1));
    Map<String, HostTensor> inputs =
        Map.of("x", Samples.normal(typeX, 1), "y", Samples.normal(typeY, 2));
    try (Devices devices = new Devices()) {
      return Compiled.once(graph, devices.reference(), CompileOptions.DEFAULT, inputs);
    }
  }
}
