package dev.merapi.backend.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.op.movement.Broadcast;
import dev.merapi.core.op.movement.Concat;
import dev.merapi.core.op.movement.Gather;
import dev.merapi.core.op.movement.OneHot;
import dev.merapi.core.op.movement.Pad;
import dev.merapi.core.op.movement.ScatterAdd;
import dev.merapi.core.op.movement.Slice;
import dev.merapi.core.op.movement.Transpose;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class MovementKernelsTest {
  private static final HostTensor X = HostTensor.of(Shape.of(2, 3), 1f, 2f, 3f, 4f, 5f, 6f);

  @Test
  void broadcast() {
    HostTensor column = HostTensor.of(Shape.of(2, 1), 7f, 8f);
    assertThat(Kernels.run(new Broadcast(Shape.of(2, 2, 3)), column))
        .isEqualTo(
            HostTensor.of(Shape.of(2, 2, 3), 7f, 7f, 7f, 8f, 8f, 8f, 7f, 7f, 7f, 8f, 8f, 8f));
  }

  @Test
  void transpose() {
    assertThat(Kernels.run(new Transpose(List.of(1, 0)), X))
        .isEqualTo(HostTensor.of(Shape.of(3, 2), 1f, 4f, 2f, 5f, 3f, 6f));
    HostTensor cube = HostTensor.of(Shape.of(2, 2, 2), 0, 1, 2, 3, 4, 5, 6, 7);
    // y[i, j, k] = x[j, k, i]
    assertThat(Kernels.run(new Transpose(List.of(2, 0, 1)), cube))
        .isEqualTo(HostTensor.of(Shape.of(2, 2, 2), 0, 2, 4, 6, 1, 3, 5, 7));
  }

  @Test
  void slice() {
    assertThat(Kernels.run(new Slice(List.of(1, 0), List.of(2, 3), List.of(1, 2)), X))
        .isEqualTo(HostTensor.of(Shape.of(1, 2), 4f, 6f));
  }

  @Test
  void pad() {
    Pad op = new Pad(List.of(0, 1), List.of(1, 0), List.of(0, 1), 9);
    assertThat(Kernels.run(op, X))
        .isEqualTo(
            HostTensor.of(
                Shape.of(3, 6),
                9f,
                1f,
                9f,
                2f,
                9f,
                3f,
                9f,
                4f,
                9f,
                5f,
                9f,
                6f,
                9f,
                9f,
                9f,
                9f,
                9f,
                9f));
  }

  @Test
  void concat() {
    HostTensor column = HostTensor.of(Shape.of(2, 1), 7f, 8f);
    assertThat(Kernels.run(new Concat(1), X, column, X))
        .isEqualTo(
            HostTensor.of(Shape.of(2, 7), 1f, 2f, 3f, 7f, 1f, 2f, 3f, 4f, 5f, 6f, 8f, 4f, 5f, 6f));
    assertThat(Kernels.run(new Concat(0), X, HostTensor.of(Shape.of(1, 3), 7f, 8f, 9f)))
        .isEqualTo(HostTensor.of(Shape.of(3, 3), 1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f, 9f));
  }

  @Test
  void gather() {
    HostTensor rows = HostTensor.of(Shape.of(3), 1, 0, 1);
    assertThat(Kernels.run(new Gather(0), X, rows))
        .isEqualTo(HostTensor.of(Shape.of(3, 3), 4f, 5f, 6f, 1f, 2f, 3f, 4f, 5f, 6f));
    HostTensor columns = HostTensor.of(Shape.of(2, 1), 2, 0);
    assertThat(Kernels.run(new Gather(1), X, columns))
        .isEqualTo(HostTensor.of(Shape.of(2, 2, 1), 3f, 1f, 6f, 4f));
  }

  @Test
  void indicesOutsideAreErrors() {
    HostTensor rows = HostTensor.of(Shape.of(3), 1, 0, 2);
    assertThatThrownBy(() -> Kernels.run(new Gather(0), X, rows))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("expected indices from 0 to 1 (size 2), found index 2 at position 2");
    HostTensor negative = HostTensor.of(Shape.of(2), 0, -1);
    assertThatThrownBy(() -> Kernels.run(new ScatterAdd(0, 4), X, negative))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("expected indices from 0 to 3 (size 4), found index -1 at position 1");
  }

  @Test
  void scatterAdd() {
    HostTensor rows = HostTensor.of(Shape.of(2), 2, 2);
    assertThat(Kernels.run(new ScatterAdd(0, 4), X, rows))
        .isEqualTo(HostTensor.of(Shape.of(4, 3), 0f, 0f, 0f, 0f, 0f, 0f, 5f, 7f, 9f, 0f, 0f, 0f));
    HostTensor columns = HostTensor.of(Shape.of(3), 1, 0, 1);
    assertThat(Kernels.run(new ScatterAdd(1, 2), X, columns))
        .isEqualTo(HostTensor.of(Shape.of(2, 2), 2f, 4f, 5f, 10f));
  }

  @Test
  void oneHot() {
    HostTensor indices = HostTensor.of(Shape.of(2, 2), 1, -1, 2, 3);
    assertThat(Kernels.run(new OneHot(3, DType.F32), indices))
        .isEqualTo(
            HostTensor.of(Shape.of(2, 2, 3), 0f, 1f, 0f, 0f, 0f, 0f, 0f, 0f, 1f, 0f, 0f, 0f));
  }
}
