package dev.merapi.core.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphEvaluator;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Movement;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.elementwise.Formula;
import dev.merapi.core.op.movement.OneHot;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.scalar.UnaryFunction;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DifferentiatorTest {
  private final Graph graph = new Graph("net", 1);

  private Value input(String name, int... dims) {
    return Input.of(graph, name, new TensorType(DType.F64, Shape.of(dims)));
  }

  private Value gradient(Value loss, Value by) {
    return Differentiator.gradients(loss, List.of(by)).get(0);
  }

  private double[] evaluate(Value value, Map<String, double[]> given) {
    String name = "value" + graph.outputs().size();
    graph.output(name, value);
    return GraphEvaluator.output(graph, name, given);
  }

  static Stream<Arguments> formulas() {
    return Stream.of(
        formula("product", Ops::mul),
        formula("quotient", (x, y) -> Ops.div(x, Ops.add(Ops.mul(y, y), 1))),
        formula("power", (x, y) -> Ops.pow(Ops.add(Ops.mul(x, x), 1), y)),
        formula("activations", (x, y) -> Ops.tanh(Ops.mul(Ops.sigmoid(x), Ops.softplus(y)))),
        formula("gelu", (x, y) -> Ops.gelu(Ops.sub(x, y))),
        formula("silu", (x, y) -> Ops.silu(Ops.add(x, y))),
        formula("elu", (x, y) -> Ops.elu(Ops.add(x, y), 0.7)),
        formula("leaky", (x, y) -> Ops.leakyRelu(Ops.mul(x, y), 0.1)),
        formula("relu", (x, y) -> Ops.relu(Ops.mul(x, y))),
        formula("choice", (x, y) -> Ops.select(Ops.less(x, y), Ops.exp(x), Ops.sin(y))),
        formula("extremes", (x, y) -> Ops.max(Ops.min(x, y), Ops.cos(x))),
        formula("mean", (x, y) -> Ops.sub(x, Ops.meanKeepDims(Ops.mul(x, y), 0))),
        formula("maximum", (x, y) -> Ops.mul(y, Ops.reduceMax(Ops.mul(x, y), 0))),
        formula("fan-out", (x, y) -> Ops.mul(Ops.exp(x), Ops.add(Ops.log(Ops.exp(x)), y))));
  }

  private static Arguments formula(String name, BinaryOperator<Value> build) {
    return Arguments.of(name, build);
  }

  /** Both gradients along random directions against central differences, where y is broadcast. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("formulas")
  void agreesWithFiniteDifferences(String name, BinaryOperator<Value> build) {
    Value x = input("x", 4, 3);
    Value y = input("y", 1, 3);
    graph.output("loss", Ops.sum(Ops.sin(build.apply(x, y))));
    List<Value> gradients = Differentiator.gradients(graph.outputs().get("loss"), List.of(x, y));
    assertThat(gradients).extracting(Value::type).containsExactly(x.type(), y.type());
    graph.output("gradX", gradients.get(0));
    graph.output("gradY", gradients.get(1));

    Random random = new Random(5);
    Map<String, double[]> at = Map.of("x", gaussian(random, 12), "y", gaussian(random, 3));
    Map<String, double[]> results = GraphEvaluator.run(graph, at);
    for (String which : List.of("x", "y")) {
      double[] direction = gaussian(random, at.get(which).length);
      double[] gradient = results.get("grad" + which.toUpperCase(Locale.ROOT));
      double expected =
          (loss(at, which, direction, 1e-6) - loss(at, which, direction, -1e-6)) / 2e-6;
      double found = 0;
      for (int i = 0; i < direction.length; i++) {
        found += gradient[i] * direction[i];
      }
      assertThat(found)
          .as(which)
          .isCloseTo(expected, within(1e-7 * Math.max(1, Math.abs(expected))));
    }
  }

  private double loss(Map<String, double[]> at, String which, double[] direction, double step) {
    Map<String, double[]> moved = new HashMap<>(at);
    double[] values = at.get(which).clone();
    for (int i = 0; i < values.length; i++) {
      values[i] += step * direction[i];
    }
    moved.put(which, values);
    return GraphEvaluator.output(graph, "loss", moved)[0];
  }

  private static double[] gaussian(Random random, int size) {
    return random.doubles(size, -1.5, 1.5).toArray();
  }

  @Test
  void differentiatesTwice() {
    Value x = input("x");
    Map<String, double[]> at = Map.of("x", new double[] {0.5});
    UnaryOperator<Value> second = y -> gradient(gradient(y, x), x);

    assertThat(evaluate(second.apply(Ops.pow(x, 3)), at)[0]).isCloseTo(3, within(1e-12));
    // tanh'' = -2 tanh (1 - tanh^2)
    double t = Math.tanh(0.5);
    assertThat(evaluate(second.apply(Ops.tanh(x)), at)[0])
        .isCloseTo(-2 * t * (1 - t * t), within(1e-12));
    assertThat(evaluate(second.apply(Ops.exp(Ops.mul(x, 2))), at)[0])
        .isCloseTo(4 * Math.E, within(1e-12));
  }

  @Test
  void sumsTheGradientsOfAllUses() {
    Value x = input("x", 2);
    Value loss = Ops.sum(Ops.add(Ops.mul(x, x), Ops.mul(x, 3)));
    assertThat(evaluate(gradient(loss, x), Map.of("x", new double[] {1, 2}))).containsExactly(5, 7);
  }

  @Test
  void sumsOverWhatWasBroadcast() {
    Value bias = input("bias", 3);
    Value column = input("column", 2, 1);
    Value loss = Ops.sum(Ops.mul(bias, column));
    List<Value> gradients = Differentiator.gradients(loss, List.of(bias, column));
    Map<String, double[]> at =
        Map.of("bias", new double[] {1, 2, 4}, "column", new double[] {10, 20});
    assertThat(gradients.get(0).type()).isEqualTo(bias.type());
    assertThat(evaluate(gradients.get(0), at)).containsExactly(30, 30, 30);
    assertThat(gradients.get(1).type()).isEqualTo(column.type());
    assertThat(evaluate(gradients.get(1), at)).containsExactly(7, 7);
  }

  @Test
  void buildsNothingThatNobodyAskedFor() {
    Value data = input("data", 2, 3);
    Value weight = input("weight", 3);
    Value loss = Ops.sum(Ops.mul(Ops.exp(data), weight));
    int forward = graph.nodes().size();
    gradient(loss, weight);
    // The constant 1, its broadcast, the product with exp(data), the sum over the batch.
    assertThat(graph.nodes()).hasSizeLessThanOrEqualTo(forward + 6);
    List<Node> added = graph.nodes().subList(forward, graph.nodes().size());
    assertThat(added).noneMatch(node -> node.inputs().contains(weight));
    assertThat(added).noneMatch(node -> node.inputs().contains(data));
  }

  @Test
  void givesZerosWhereTheLossDoesNotDepend() {
    Value x = input("x", 2);
    Value other = input("other", 3);
    Value grad = gradient(Ops.sum(x), other);
    assertThat(evaluate(grad, Map.of("x", new double[2], "other", new double[3])))
        .containsExactly(0, 0, 0);
  }

  static Stream<Arguments> activationsThatReadTheirOutput() {
    return Stream.of(
        activation("relu", Ops::relu),
        activation("tanh", Ops::tanh),
        activation("sigmoid", Ops::sigmoid),
        activation("exp", Ops::exp),
        activation("sqrt", Ops::sqrt),
        activation("elu", x -> Ops.elu(x, 1)),
        activation("leakyRelu", x -> Ops.leakyRelu(x, 0.2)));
  }

  private static Arguments activation(String name, UnaryOperator<Value> build) {
    return Arguments.of(name, build);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("activationsThatReadTheirOutput")
  void backwardReadsTheOutputAndNotTheInput(String name, UnaryOperator<Value> build) {
    Value x = input("x", 4);
    Value y = build.apply(x);
    Value loss = Ops.sum(Ops.sin(y));
    int forward = graph.nodes().size();
    gradient(loss, x);
    List<Node> backward = graph.nodes().subList(forward, graph.nodes().size());
    assertThat(backward).anyMatch(node -> node.inputs().contains(y));
    assertThat(backward).noneMatch(node -> node.inputs().contains(x));
  }

  @Test
  void anInfinityOnTheSideNotTakenStaysOut() {
    Value x = input("x", 2);
    ScalarExpr arg = ScalarExpr.arg(0);
    ScalarExpr positive = ScalarExpr.binary(BinaryFunction.GREATER, arg, ScalarExpr.ZERO);
    ScalarExpr log = ScalarExpr.unary(UnaryFunction.LOG, arg);
    Value safe = Formula.of(ScalarExpr.select(positive, log, arg), x);
    double[] gradient = evaluate(gradient(Ops.sum(safe), x), Map.of("x", new double[] {0, 2}));
    assertThat(gradient).containsExactly(1, 0.5);
  }

  @Test
  void namesTheOpThatHasNoGradient() {
    record Opaque() implements Movement {
      @Override
      public List<TensorType> inferTypes(List<TensorType> inputs) {
        return inputs;
      }
    }

    Value x = input("x", 2);
    Value y = graph.within("odd", () -> graph.apply(new Opaque(), x));
    assertThatThrownBy(() -> gradient(Ops.sum(y), x))
        .isInstanceOf(GraphException.class)
        .hasMessage("net/odd: opaque has no gradient");
  }

  @Test
  void integersHaveNoGradient() {
    Value labels = Input.of(graph, "labels", new TensorType(DType.I32, Shape.of(2)));
    Value loss = Ops.sum(OneHot.of(labels, 3, DType.F64));
    assertThatThrownBy(() -> gradient(loss, labels))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("has no gradient: it is I32[2]");
    assertThatThrownBy(() -> gradient(labels, labels))
        .hasMessage("gradients need a floating-point scalar, found I32[2]");
  }
}
