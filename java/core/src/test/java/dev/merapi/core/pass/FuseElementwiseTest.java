package dev.merapi.core.pass;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.broadcast;
import static dev.merapi.core.op.Ops.cast;
import static dev.merapi.core.op.Ops.exp;
import static dev.merapi.core.op.Ops.isFinite;
import static dev.merapi.core.op.Ops.matMul;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.relu;
import static dev.merapi.core.op.Ops.select;
import static dev.merapi.core.op.Ops.sqrt;
import static dev.merapi.core.op.Ops.sub;
import static dev.merapi.core.op.Ops.sum;
import static dev.merapi.core.op.Ops.tanh;
import static dev.merapi.core.op.Ops.transpose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Value;
import dev.merapi.core.graph.Verifier;
import dev.merapi.core.op.elementwise.Fused;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.op.state.Assign;
import dev.merapi.core.op.state.Control;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class FuseElementwiseTest extends PassTest {
  private final Value x = input("x", 2, 3);

  private List<Node> fused() {
    Graph rewritten = new FuseElementwise().run(graph);
    Verifier.verify(rewritten);
    return rewritten.nodes().stream().filter(node -> node.op() instanceof Fused).toList();
  }

  private static Fused op(Node node) {
    return (Fused) node.op();
  }

  @Test
  void aChainIsOneRegionAtThePathOfItsLastNode() {
    Value sum = graph.within("fc", () -> add(x, input("bias", 3)));
    graph.output("y", graph.within("act", () -> relu(mul(sum, 2))));

    assertThat(fused()).hasSize(1);
    Node region = fused().get(0);
    assertThat(region.path()).isEqualTo("net/act");
    assertThat(op(region).exprs()).hasToString("[max(mul(add(x0, x1), 2), 0)]");
    assertThat(region.inputs()).extracting(PassTest::text).containsExactly("x", "bias");
    assertThat(region.output(0).type()).isEqualTo(TensorType.f32(2, 3));
  }

  @Test
  void aSingleNodeStays() {
    graph.output("y", exp(x));
    assertThat(fused()).isEmpty();
  }

  @Test
  void aValueUsedOutsideIsAnotherOutput() {
    Value inner = exp(x);
    graph.output("inner", inner);
    graph.output("y", tanh(inner));

    Node region = fused().get(0);
    assertThat(op(region).exprs()).hasToString("[exp(x0), tanh(exp(x0))]");
    assertThat(fused()).hasSize(1);
  }

  @Test
  void aRegionDoesNotReachAroundAnotherNode() {
    Value before = exp(x);
    Value total = sum(before);
    graph.output("y", mul(before, total));
    assertThat(fused()).isEmpty();
  }

  @Test
  void aRegionDoesNotReachAroundAnotherRegion() {
    // a1 -> m -> b2 and b1 -> m2 -> a2: fusing (a1, a2) and (b1, b2) would be a circle.
    Value a = exp(x);
    Value b = tanh(input("z", 4));
    Value fromA = sum(a);
    Value fromB = sum(b);
    graph.output("a", mul(a, fromB));
    graph.output("b", mul(b, fromA));

    Graph rewritten = new FuseElementwise().run(graph);
    Verifier.verify(rewritten);
    assertThat(rewritten.outputs()).containsOnlyKeys("a", "b");
    assertThat(fused()).hasSize(1);
  }

  @Test
  void integersAndBroadcastsAreReadAsTheyAre() {
    Value labels = Input.of(graph, "labels", new TensorType(DType.I32, Shape.of(2, 1)));
    Value wide = broadcast(cast(labels, DType.F32), Shape.of(2, 3));
    graph.output("y", exp(sub(x, wide)));

    Node region = fused().get(0);
    assertThat(region.inputs()).extracting(PassTest::text).containsExactly("x", "labels");
    assertThat(op(region).exprs()).hasToString("[exp(sub(x0, x1))]");
    assertThat(region.graph().nodes()).hasSize(3);
  }

  @Test
  void shapesAndElementTypesAreNotMixed() {
    Value wide = cast(exp(x), DType.F64);
    graph.output("y", exp(wide));
    graph.output("z", mul(exp(input("row", 3)), x));
    assertThat(fused()).isEmpty();
  }

  @Test
  void anExpressionDoesNotGrowWithoutBound() {
    Value y = x;
    for (int i = 0; i < 40; i++) {
      y = mul(y, exp(y));
    }
    graph.output("y", y);

    assertThat(fused()).hasSizeBetween(7, 40);
    for (Node region : fused()) {
      int size = op(region).exprs().stream().mapToInt(e -> e.size()).sum();
      assertThat(size).isLessThanOrEqualTo(FusionLimits.MAX_SIZE);
    }
  }

  @Test
  void aRegionHasAtMostSixteenInputs() {
    Value y = x;
    for (int i = 0; i < 40; i++) {
      y = add(y, input("x" + i, 2, 3));
    }
    graph.output("y", y);
    assertThat(fused()).hasSize(3);
    assertThat(fused()).allSatisfy(node -> assertThat(node.inputs()).hasSizeBetween(2, 16));
  }

  @Test
  void anUpdateIsOneRegionForEachParameter() {
    Value finite = Control.FINITE.read(graph);
    Value rate = Input.of(graph, "rate", TensorType.f32());
    for (String name : List.of("weight", "bias")) {
      Value p = Variable.of(graph, name, TensorType.f32(4, 2));
      Value m = Variable.of(graph, name + "/m", TensorType.f32(4, 2));
      Value v = Variable.of(graph, name + "/v", TensorType.f32(4, 2));
      Value g = input(name + "Grad", 4, 2);
      Value newM = add(mul(m, 0.9), mul(g, 0.1));
      Value newV = add(mul(v, 0.99), mul(mul(g, g), 0.01));
      Value newP = sub(p, mul(rate, mul(newM, add(sqrt(newV), 1e-8))));
      Assign.of(m, select(finite, newM, m));
      Assign.of(v, select(finite, newV, v));
      Assign.of(p, select(finite, newP, p));
    }
    graph.output("finite", mul(finite, isFinite(rate)));

    List<Node> regions =
        fused().stream().filter(node -> node.output(0).shape().rank() == 2).toList();
    assertThat(regions).hasSize(2);
    assertThat(regions)
        .allSatisfy(
            region -> {
              assertThat(region.outputs()).hasSize(3);
              assertThat(region.inputs()).hasSize(6);
            });
    Graph rewritten = regions.get(0).graph();
    assertThat(rewritten.nodes().stream().filter(Node::hasEffect)).hasSize(6);
    assertThat(
            rewritten.nodes().stream()
                .filter(node -> node.op() instanceof Elementwise)
                .filter(node -> node.output(0).shape().rank() == 2))
        .hasSize(2);
  }

  @Test
  void theForwardPassStoresNothingThatOnlyTheBackwardPassUses() {
    Value weight = input("weight", 3, 3);
    Value hidden = tanh(add(matMul(x, weight), input("bias", 3)));
    Value loss = sum(exp(matMul(hidden, weight)));
    graph.output("loss", loss);
    graph.output("grad", Differentiator.gradients(loss, List.of(weight)).get(0));

    Graph rewritten = PassPipeline.standard(node -> true, List.of(), true, false).run(graph);

    List<Node> regions =
        rewritten.nodes().stream().filter(node -> node.op() instanceof Fused).toList();
    assertThat(regions).allSatisfy(region -> assertThat(region.outputs()).hasSize(1));
    assertThat(regions)
        .extracting(region -> op(region).exprs().toString())
        .containsExactly("[tanh(add(x0, x1))]", "[mul(x1, sub(1, mul(x0, x0)))]");
  }

  /** {early, late} is joined first; {a, both} would need it through turned, and it them. */
  @Test
  void aRegionThatSpansEarlyAndLateNodesIsSeenBehindAnEarlyOne() {
    Value early = tanh(x);
    Value turned = transpose(early, 1, 0);
    Value a = exp(input("z", 3, 2));
    Value turnedA = transpose(a, 1, 0);
    graph.output("both", add(a, turned));
    graph.output("late", add(early, turnedA));

    Graph rewritten = new FuseElementwise().run(graph);
    Verifier.verify(rewritten);
    assertThat(rewritten.outputs()).containsOnlyKeys("both", "late");
  }
}
