package dev.merapi.core.pass;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.cast;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.sub;
import static dev.merapi.core.op.Ops.sum;
import static dev.merapi.core.op.Ops.tanh;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Value;
import dev.merapi.core.graph.Verifier;
import dev.merapi.core.op.elementwise.ForEach;
import dev.merapi.core.op.elementwise.Formula;
import dev.merapi.core.op.state.Assign;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class FuseHorizontallyTest extends PassTest {
  private final Value rate = input("rate");

  private Value variable(String path, int... dims) {
    return Variable.of(graph, path, TensorType.f32(dims));
  }

  /** v - rate g as one node. */
  private static Value descend(Value v, Value rate, Value g) {
    ScalarExpr step = ScalarExpr.mul(ScalarExpr.arg(1), ScalarExpr.arg(2));
    return Formula.of(ScalarExpr.sub(ScalarExpr.arg(0), step), v, rate, g);
  }

  private List<Node> joined() {
    Graph rewritten = new FuseHorizontally().run(graph);
    Verifier.verify(rewritten);
    return rewritten.nodes().stream().filter(node -> node.op() instanceof ForEach).toList();
  }

  @Test
  void equalUpdatesOfDifferentShapesAreOne() {
    for (int size : new int[] {3, 4, 5}) {
      Value v = variable("v" + size, size);
      Assign.of(v, descend(v, rate, input("g" + size, size)));
    }
    assertThat(joined()).hasSize(1);
    Node node = joined().get(0);
    ForEach op = (ForEach) node.op();
    assertThat(op.exprs()).hasToString("[sub(x1, mul(x0, x2))]");
    assertThat(op.shared()).isEqualTo(1);
    assertThat(op.own()).isEqualTo(2);
    assertThat(op.shapes()).containsExactly(Shape.of(3), Shape.of(4), Shape.of(5));
    assertThat(node.inputs())
        .extracting(PassTest::text)
        .containsExactly("rate", "variable()", "g3", "variable()", "g4", "variable()", "g5");
  }

  @Test
  void anUpdateAloneStays() {
    Value v = variable("v", 3);
    Assign.of(v, descend(v, rate, input("g", 3)));
    assertThat(joined()).isEmpty();
  }

  @Test
  void otherExpressionsStayApart() {
    Value v = variable("v", 3);
    Value w = variable("w", 3);
    Assign.of(v, add(v, input("g", 3)));
    Assign.of(w, sub(w, input("h", 3)));
    assertThat(joined()).isEmpty();
  }

  @Test
  void otherScalarsAndElementTypesStayApart() {
    Value v = variable("v", 3);
    Value w = variable("w", 3);
    Value d = Variable.of(graph, "d", new TensorType(DType.F64, Shape.of(3)));
    Assign.of(v, descend(v, rate, input("g", 3)));
    Assign.of(w, descend(w, input("other"), input("h", 3)));
    Assign.of(d, descend(d, cast(rate, DType.F64), cast(input("i", 3), DType.F64)));
    assertThat(joined()).isEmpty();
  }

  @Test
  void whatIsBroadcastWithinATensorStaysApart() {
    Value v = variable("v", 2, 3);
    Value w = variable("w", 2, 3);
    Assign.of(v, add(v, input("g", 3)));
    Assign.of(w, add(w, input("h", 3)));
    assertThat(joined()).isEmpty();
  }

  @Test
  void whatIsUsedOtherwiseStaysApart() {
    Value v = variable("v", 3);
    Value w = variable("w", 3);
    Value u = variable("u", 3);
    Value newV = add(v, input("g", 3));
    Assign.of(v, newV);
    graph.output("y", sum(newV));
    Value newW = add(w, input("h", 3));
    Assign.of(w, newW);
    graph.output("w", newW);
    Assign.of(u, add(u, input("i", 3)));
    assertThat(joined()).isEmpty();
  }

  @Test
  void aReaderOfWhatAnotherAssignsStaysApart() {
    Value v = variable("v", 3);
    Value w = variable("w", 3);
    Value u = variable("u", 3);
    Assign.of(v, add(v, input("g", 3)));
    Assign.of(w, add(w, v));
    Assign.of(u, add(u, input("h", 3)));
    assertThat(joined()).hasSize(1);
    assertThat(joined().get(0).inputs())
        .extracting(PassTest::text)
        .containsExactly("variable()", "g", "variable()", "h");
  }

  @Test
  void crossedUpdatesStayApart() {
    Value v = variable("v", 3);
    Value w = variable("w", 3);
    Assign.of(v, add(w, input("g", 3)));
    Assign.of(w, add(v, input("g", 3)));
    assertThat(joined()).isEmpty();
  }

  @Test
  void aReaderOfOldValuesInBetweenIsNoHindrance() {
    Value v = variable("v", 3);
    Value w = variable("w", 3);
    Assign.of(v, add(v, input("g", 3)));
    graph.output("y", sum(tanh(v)));
    Assign.of(w, add(w, mul(sum(v), input("h", 3))));
    assertThat(joined()).hasSize(1);
  }
}
