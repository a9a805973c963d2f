package dev.merapi.core.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.elementwise.Unary;
import dev.merapi.core.scalar.UnaryFunction;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphRewriterTest extends PassTest {
  /** Makes every sine a cosine. */
  private static final class ShiftSines extends GraphRewriter {
    @Override
    protected List<Value> rewrite(Graph target, Node node, List<Value> inputs) {
      return node.op().equals(new Unary(UnaryFunction.SIN))
          ? List.of(Ops.cos(inputs.get(0)))
          : target.applyAll(node.op(), inputs);
    }
  }

  private final Value x = input("x", 2);

  @Test
  void rebuildingMergesEqualNodesWhereverTheyAre() {
    Value left = graph.within("left", () -> Ops.cos(x));
    Value right = graph.within("right", () -> Ops.sin(x));
    graph.output("y", graph.within("left", () -> Ops.exp(left)));
    graph.output("z", graph.within("right", () -> Ops.exp(right)));

    Graph rewritten = new ShiftSines().run(graph);

    assertThat(rewritten.nodes()).hasSize(3);
    assertThat(rewritten.outputs().get("y")).isSameAs(rewritten.outputs().get("z"));
    assertThat(rewritten.outputs().get("z").node().path()).isEqualTo("net/left");
    assertThat(graph.nodes()).hasSize(5);
  }

  @Test
  void aReplacementOfAnotherTypeIsAnError() {
    GraphRewriter wrong =
        new GraphRewriter() {
          @Override
          protected List<Value> rewrite(Graph target, Node node, List<Value> inputs) {
            return node.op() instanceof Unary
                ? List.of(Ops.sum(inputs.get(0)))
                : target.applyAll(node.op(), inputs);
          }

          @Override
          public String name() {
            return "SumUp";
          }
        };
    assertThatThrownBy(() -> after(wrong, Ops.exp(x)))
        .isInstanceOf(GraphException.class)
        .hasMessage(
            "SumUp: %1 exp at net is replaced by values of types [F32[]], expected [F32[2]]");
  }
}
