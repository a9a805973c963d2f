package dev.merapi.core.op.movement;

import static dev.merapi.core.op.Ops.broadcast;
import static dev.merapi.core.op.Ops.concat;
import static dev.merapi.core.op.Ops.gather;
import static dev.merapi.core.op.Ops.oneHot;
import static dev.merapi.core.op.Ops.pad;
import static dev.merapi.core.op.Ops.slice;
import static dev.merapi.core.op.Ops.transpose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class MovementTest {
  private final Graph graph = new Graph("net", 1);
  private final Value x = Input.of(graph, "x", TensorType.f32(2, 3, 7));
  private final Value indices = Input.of(graph, "i", new TensorType(DType.I32, Shape.of(5, 4)));

  private static void fails(ThrowingCallable build, String message) {
    assertThatThrownBy(build).isInstanceOf(GraphException.class).hasMessage("net: " + message);
  }

  @Test
  void infersShapes() {
    assertThat(transpose(x, 2, 0, -2).type()).isEqualTo(TensorType.f32(7, 2, 3));
    assertThat(slice(x, List.of(0, 1, 1), List.of(2, 1, 7), List.of(1, 1, 4)).type())
        .isEqualTo(TensorType.f32(2, 0, 2));
    assertThat(pad(x, List.of(0, 1, 2), List.of(0, 3, 0), 0).type())
        .isEqualTo(TensorType.f32(2, 7, 9));
    assertThat(Pad.of(x, List.of(1, 0, 0), List.of(0, 0, 0), List.of(2, 0, 1), 0).type())
        .isEqualTo(TensorType.f32(5, 3, 13));
    assertThat(concat(-2, x, x).type()).isEqualTo(TensorType.f32(2, 6, 7));
    assertThat(gather(x, indices, 1).type()).isEqualTo(TensorType.f32(2, 5, 4, 7));
    assertThat(ScatterAdd.of(gather(x, indices, 1), indices, 1, 9).type())
        .isEqualTo(TensorType.f32(2, 9, 7));
    assertThat(oneHot(indices, 10, DType.F32).type()).isEqualTo(TensorType.f32(5, 4, 10));
  }

  @Test
  void whatMovesNothingIsTheValueItself() {
    assertThat(transpose(x, 0, 1, 2)).isSameAs(x);
    assertThat(slice(x, List.of(0, 0, 0), List.of(2, 3, 7))).isSameAs(x);
    assertThat(pad(x, List.of(0, 0, 0), List.of(0, 0, 0), 1)).isSameAs(x);
    assertThat(concat(0, x)).isSameAs(x);
    assertThat(broadcast(x, x.shape())).isSameAs(x);
  }

  @Test
  void transposeNeedsAPermutation() {
    fails(
        () -> transpose(x, 0, 0, 1),
        "transpose: expected every axis of F32[2, 3, 7] once, found permutation [0, 0, 1]");
    fails(
        () -> transpose(x, 0, 1),
        "transpose: expected every axis of F32[2, 3, 7] once, found permutation [0, 1]");
  }

  @Test
  void sliceStaysInside() {
    fails(
        () -> slice(x, List.of(0, 0, 0), List.of(2, 4, 7)),
        "slice: expected 0 <= start <= end <= 3 on axis 1 of F32[2, 3, 7], found 0 to 4");
    fails(
        () -> slice(x, List.of(0, 0, 0), List.of(2, 3, 7), List.of(1, 1, 0)),
        "slice: expected a step >= 1 on axis 2, found 0");
    fails(
        () -> slice(x, List.of(0), List.of(1)),
        "slice: expected a start, end and step for each axis of F32[2, 3, 7],"
            + " found [0], [1] and [1]");
  }

  @Test
  void padDoesNotCrop() {
    fails(
        () -> pad(x, List.of(0, -1, 0), List.of(0, 0, 0), 0),
        "pad: expected paddings >= 0 on axis 1, found before -1, after 0, interior 0");
  }

  @Test
  void concatNeedsEqualOtherAxes() {
    Value y = Input.of(graph, "y", TensorType.f32(2, 4, 7));
    assertThat(concat(1, x, y).type()).isEqualTo(TensorType.f32(2, 7, 7));
    fails(
        () -> concat(0, x, y),
        "concat: expected inputs that differ only in the size of axis 0,"
            + " found F32[2, 3, 7] and F32[2, 4, 7]");
  }

  @Test
  void indicesAreI32() {
    fails(() -> gather(x, x), "gather: expected indices of type I32, found F32[2, 3, 7]");
    fails(
        () -> oneHot(x, 2, DType.F32), "oneHot: expected indices of type I32, found F32[2, 3, 7]");
    fails(
        () -> ScatterAdd.of(x, indices, 0, 3),
        "scatterAdd: expected updates whose axes from 0 on are [5, 4], found F32[2, 3, 7]");
  }
}
