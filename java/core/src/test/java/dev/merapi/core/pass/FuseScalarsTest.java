package dev.merapi.core.pass;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.broadcast;
import static dev.merapi.core.op.Ops.cast;
import static dev.merapi.core.op.Ops.exp;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.sqrt;
import static dev.merapi.core.op.Ops.sum;
import static dev.merapi.core.op.Ops.tanh;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Value;
import dev.merapi.core.graph.Verifier;
import dev.merapi.core.op.elementwise.FusedScalars;
import dev.merapi.core.op.state.Assign;
import dev.merapi.core.op.state.Control;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class FuseScalarsTest extends PassTest {
  private List<Node> joined() {
    Graph rewritten = new FuseScalars().run(graph);
    Verifier.verify(rewritten);
    return rewritten.nodes().stream().filter(node -> node.op() instanceof FusedScalars).toList();
  }

  @Test
  void numbersOfAllElementTypesAreOneNode() {
    Value step = Control.STEP.read(graph);
    Value total = Control.LOSS_SUM.read(graph);
    Value loss = sum(input("x", 4));
    Assign.of(step, add(step, 1));
    Assign.of(total, add(total, cast(loss, DType.F64)));
    graph.output("root", sqrt(loss));

    assertThat(joined()).hasSize(1);
    Node node = joined().get(0);
    assertThat(node.outputTypes())
        .containsExactlyInAnyOrder(
            TensorType.scalar(DType.I32),
            TensorType.scalar(DType.F64),
            TensorType.scalar(DType.F32));
    assertThat(((FusedScalars) node.op()).body().calls()).hasSize(4);
  }

  @Test
  void aNumberAloneStays() {
    graph.output("y", exp(sum(input("x", 4))));
    assertThat(joined()).isEmpty();
  }

  @Test
  void tensorsStay() {
    graph.output("y", tanh(exp(input("x", 1))));
    assertThat(joined()).isEmpty();
  }

  @Test
  void whatOnlyComesAfterATensorIsANodeOfItsOwn() {
    Value x = input("x", 4);
    Value scale = sqrt(exp(input("s")));
    Value scaled = mul(x, broadcast(scale, Shape.of(4)));
    Value loss = tanh(exp(sum(scaled)));
    graph.output("loss", loss);
    graph.output("late", mul(loss, scale));

    assertThat(joined()).hasSize(2);
    assertThat(joined().get(0).outputs()).hasSize(1);
    assertThat(joined().get(1).inputs()).hasSize(2);
  }

  @Test
  void manyNumbersAreSplit() {
    Value y = input("x");
    for (int i = 0; i < FuseScalars.MAX_VALUES; i++) {
      y = i % 2 == 0 ? exp(y) : tanh(y);
    }
    graph.output("y", y);
    assertThat(joined()).hasSize(2);
  }
}
