package dev.merapi.core.op.reduction;

import static dev.merapi.core.op.Ops.argMax;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import org.junit.jupiter.api.Test;

class ArgMaxTest {
  private final Graph graph = new Graph("net", 1);

  @Test
  void removesTheAxis() {
    assertThat(argMax(Input.of(graph, "x", TensorType.f32(2, 3, 4)), -2).type())
        .isEqualTo(new TensorType(DType.I32, Shape.of(2, 4)));
  }

  @Test
  void needsElements() {
    assertThatThrownBy(() -> argMax(Input.of(graph, "x", TensorType.f32(2, 0)), 1))
        .isInstanceOf(GraphException.class)
        .hasMessage("net: argMax: expected elements along axis 1, found F32[2, 0]");
  }
}
