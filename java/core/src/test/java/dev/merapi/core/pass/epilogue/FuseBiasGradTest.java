package dev.merapi.core.pass.epilogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class FuseBiasGradTest {
  private final Graph graph = new Graph("test", 1);
  private final Value gradOutput = input("gradOutput", 4, 3);
  private final Value x = input("x", 4, 2);

  private Value input(String name, int... dims) {
    return Input.of(graph, name, new TensorType(DType.F32, Shape.of(dims)));
  }

  private List<String> fuse() {
    return fuse(true);
  }

  private List<String> fuse(boolean supported) {
    return new FuseBiasGrad((op, inputs) -> supported)
        .run(graph).nodes().stream().map(Node::op).map(op -> op.name()).toList();
  }

  @Test
  void bothGradientsOfADenseLayerAreOneNodeInEitherOrder() {
    graph.output("bias", Ops.sum(gradOutput, 0));
    graph.output("weight", Ops.matMul(gradOutput, x, true, false));
    graph.output("sum kept", Ops.sumKeepDims(gradOutput, 0));
    assertThat(fuse()).contains("weightAndBiasGrad").doesNotContain("matMul", "reduceSum");
  }

  @Test
  void aProductThatNobodyReadsIsNotMade() {
    Ops.matMul(gradOutput, x, true, false);
    graph.output("bias", Ops.sum(gradOutput, 0));
    assertThat(fuse()).contains("reduceSum").doesNotContain("weightAndBiasGrad");
  }

  @Test
  void otherSumsStay() {
    graph.output("weight", Ops.matMul(gradOutput, x, true, false));
    graph.output("rows", Ops.sum(gradOutput, 1));
    graph.output("all", Ops.sum(gradOutput));
    graph.output("x", Ops.sum(x, 0));
    assertThat(fuse()).contains("matMul").doesNotContain("weightAndBiasGrad");
  }

  @Test
  void aTargetWithoutAKernelKeepsTwo() {
    graph.output("bias", Ops.sum(gradOutput, 0));
    graph.output("weight", Ops.matMul(gradOutput, x, true, false));
    assertThat(fuse(false)).contains("matMul", "reduceSum").doesNotContain("weightAndBiasGrad");
  }
}
