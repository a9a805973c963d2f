package dev.merapi.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Bindings;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.movement.ScatterAdd;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Reductions and movements of more than a tile, cut into pieces as for several threads. */
class LoopsTest {
  private final Backend backend = new CpuBackend();

  @AfterEach
  void close() {
    backend.close();
  }

  private HostTensor run(HostTensor x, Function<Value, Value> build) {
    HostTensor unused = HostTensor.of(Shape.of(1), 0);
    return run(x, unused, (value, indices) -> build.apply(value));
  }

  private HostTensor run(HostTensor x, HostTensor indices, BinaryOperator<Value> build) {
    Graph graph = new Graph("test", 0);
    Value y =
        build.apply(Input.of(graph, "x", x.type()), Input.of(graph, "indices", indices.type()));
    graph.output("y", y);
    HostTensor result = HostTensor.zeros(y.type());
    try (StateStore store = new StateStore(backend);
        Program program = Program.compile(graph, store, CompileOptions.DEFAULT)) {
      program.run(new Bindings().input("x", x).input("indices", indices).output("y", result));
    }
    return result;
  }

  /** Small whole numbers, whose sums are exact. */
  private static HostTensor counted(int... dims) {
    HostTensor x = HostTensor.zeros(new TensorType(DType.F32, Shape.of(dims)));
    for (int i = 0; i < x.elements(); i++) {
      x.set(i, value(i));
    }
    return x;
  }

  private static int value(int i) {
    return i * 37 % 101 - 50;
  }

  @Test
  void sumsOverAnyAxesAreExactForWholeNumbers() {
    int[][] shapes = {
      {37, 3, 41, 43}, {1, 1, 70_001, 1}, {300, 301, 1, 1}, {2, 700, 9, 11}, {1, 5, 1030, 67}
    };
    int[][] axes = {{0}, {1}, {2}, {3}, {0, 1}, {0, 2}, {0, 1, 2}, {0, 2, 3}, {2, 3}, {0, 1, 2, 3}};
    for (int[] dims : shapes) {
      HostTensor x = counted(dims);
      for (int[] reduced : axes) {
        HostTensor y = run(x, value -> Ops.sumKeepDims(value, reduced));
        assertThat(y).as("%s over axes %s", x.type(), reduced).isEqualTo(summed(x, y.type()));
      }
    }
  }

  private static HostTensor summed(HostTensor x, TensorType type) {
    HostTensor y = HostTensor.zeros(type);
    int[] dims = x.type().shape().toArray();
    int[] strides = type.shape().strides();
    for (int i = 0; i < x.elements(); i++) {
      int rest = i;
      int at = 0;
      for (int axis = dims.length - 1; axis >= 0; axis--) {
        at += type.shape().dim(axis) == 1 ? 0 : rest % dims[axis] * strides[axis];
        rest /= dims[axis];
      }
      y.set(at, y.get(at) + x.get(i));
    }
    return y;
  }

  @Test
  void aSumOfManyNumbersKeepsItsDigits() {
    HostTensor x = HostTensor.filled(new TensorType(DType.F32, Shape.of(1 << 20)), 0.1);
    double expected = (1 << 20) * (double) 0.1f;
    assertThat(run(x, Ops::sum).get(0)).isCloseTo(expected, within(expected * 1e-6));
  }

  @Test
  void maximaFindTheLargestAndNaN() {
    HostTensor x = counted(300_007);
    x.set(200_001, 77);
    assertThat(run(x, Ops::reduceMax).get(0)).isEqualTo(77);
    assertThat(run(x, Ops::reduceMin).get(0)).isEqualTo(-50);
    x.set(299_999, Float.NaN);
    assertThat(run(x, Ops::reduceMax).get(0)).isNaN();
    assertThat(run(x, Ops::reduceMin).get(0)).isNaN();
  }

  @Test
  void twoRunsGiveTheSameBits() {
    // Enough to be shared among threads.
    HostTensor x = HostTensor.zeros(new TensorType(DType.F32, Shape.of(1100, 1000)));
    for (int i = 0; i < x.elements(); i++) {
      x.set(i, Math.sin(i));
    }
    for (int axis = 0; axis < 2; axis++) {
      int reduced = axis;
      assertThat(run(x, v -> Ops.sum(v, reduced))).isEqualTo(run(x, v -> Ops.sum(v, reduced)));
    }
    assertThat(run(x, Ops::sum)).isEqualTo(run(x, Ops::sum));
  }

  @Test
  void transposesMoveEveryElement() {
    int[][] shapes = {
      {1000, 77, 1, 1}, {5, 3, 90, 71}, {4, 65, 33, 33}, {7, 1, 50, 60}, {2, 40, 6, 5}
    };
    int[][] permutations = {{0, 2, 3, 1}, {0, 3, 1, 2}, {1, 0, 2, 3}, {3, 2, 1, 0}, {2, 0, 3, 1}};
    for (int[] dims : shapes) {
      HostTensor x = counted(dims);
      int[] strides = x.type().shape().strides();
      for (int[] p : permutations) {
        HostTensor y = run(x, value -> Ops.transpose(value, p));
        for (int i = 0; i < y.elements(); i++) {
          int rest = i;
          int at = 0;
          for (int axis = 3; axis >= 0; axis--) {
            at += rest % dims[p[axis]] * strides[p[axis]];
            rest /= dims[p[axis]];
          }
          assertThat(y.get(i)).isEqualTo(value(at));
        }
      }
    }
  }

  @Test
  void scatteredRowsAreAddedUp() {
    int rows = 150;
    int columns = 1300;
    HostTensor x = counted(rows, columns);
    HostTensor indices = HostTensor.zeros(new TensorType(DType.I32, Shape.of(rows)));
    HostTensor expected = HostTensor.zeros(new TensorType(DType.F32, Shape.of(9, columns)));
    for (int row = 0; row < rows; row++) {
      int target = row * row % 9; // 0, 1, 4 and 7: the others get nothing
      indices.set(row, target);
      for (int k = 0; k < columns; k++) {
        int at = target * columns + k;
        expected.set(at, expected.get(at) + x.get(row * columns + k));
      }
    }
    assertThat(run(x, indices, (updates, at) -> ScatterAdd.of(updates, at, 0, 9)))
        .isEqualTo(expected);
  }

  @Test
  void concatenatedRowsLieSideBySide() {
    HostTensor x = counted(700, 101);
    HostTensor y = run(x, value -> Ops.concat(1, value, Ops.neg(value)));
    for (int i = 0; i < y.elements(); i++) {
      int column = i % 202;
      int expected = value(i / 202 * 101 + column % 101);
      assertThat(y.get(i)).isEqualTo(column < 101 ? expected : -expected);
    }
  }

  @Test
  void paddingIsOneValueAroundTheInput() {
    HostTensor x = counted(3, 150, 201);
    HostTensor y = run(x, value -> Ops.pad(value, List.of(0, 1, 2), List.of(0, 3, 1), -7));
    for (int i = 0; i < y.elements(); i++) {
      int column = i % 204 - 2;
      int row = i / 204 % 154 - 1;
      boolean inside = column >= 0 && column < 201 && row >= 0 && row < 150;
      int source = (i / 204 / 154 * 150 + row) * 201 + column;
      assertThat(y.get(i)).isEqualTo(inside ? value(source) : -7);
    }
  }
}
