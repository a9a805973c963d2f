package dev.merapi.core.op.contraction;

import static dev.merapi.core.op.Ops.matMul;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.TensorType;
import org.junit.jupiter.api.Test;

class MatMulTest {
  private final Graph graph = new Graph("net", 1);

  private Value input(int... dims) {
    return Input.of(graph, "x" + graph.nodes().size(), TensorType.f32(dims));
  }

  @Test
  void infersShapes() {
    assertThat(matMul(input(2, 3), input(3, 4)).type()).isEqualTo(TensorType.f32(2, 4));
    assertThat(matMul(input(3, 2), input(4, 3), true, true).type()).isEqualTo(TensorType.f32(2, 4));
    assertThat(matMul(input(5, 1, 2, 3), input(6, 3, 4)).type())
        .isEqualTo(TensorType.f32(5, 6, 2, 4));
    assertThat(matMul(input(5, 0), input(0, 3)).type()).isEqualTo(TensorType.f32(5, 3));
  }

  @Test
  void manyMatricesTimesOneAreOneProduct() {
    Value product = matMul(input(5, 6, 2, 3), input(4, 3), false, true);
    assertThat(product.type()).isEqualTo(TensorType.f32(5, 6, 2, 4));
    assertThat(product.node().inputs().get(0).type()).isEqualTo(TensorType.f32(60, 4));
  }

  @Test
  void innerSizesMustBeEqual() {
    assertThatThrownBy(() -> matMul(input(2, 3), input(2, 4)))
        .isInstanceOf(GraphException.class)
        .hasMessage(
            "net: matMul: expected equal inner sizes, found 3 of F32[2, 3] and 2 of F32[2, 4]");
    assertThatThrownBy(() -> matMul(input(7, 2, 3), input(4, 4), false, true))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("found 3 of")
        .hasMessageContaining("and 4 of F32[4, 4] transposed");
  }

  @Test
  void batchesMustBroadcastAndRanksBeTwoOrMore() {
    assertThatThrownBy(() -> matMul(input(2, 3, 3), input(4, 3, 3)))
        .hasMessage("net: matMul: shapes [2] and [4] do not broadcast");
    assertThatThrownBy(() -> matMul(input(3), input(3, 3)))
        .hasMessage("net: matMul: expected matrices of rank 2 or more, found F32[3] and F32[3, 3]");
  }
}
