package dev.merapi.backend.cuda.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.op.movement.Broadcast;
import dev.merapi.core.op.movement.Concat;
import dev.merapi.core.op.movement.Pad;
import dev.merapi.core.op.movement.Slice;
import dev.merapi.core.op.movement.Transpose;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Elements arrive where index arithmetic of the tests' own sends them, whatever their size. */
class MovementKernelsTest {
  private Device device;

  @BeforeEach
  void open() {
    device = new Device();
  }

  @AfterEach
  void close() {
    if (device != null) {
      device.close();
    }
  }

  /** Different values as far as the type has them. */
  private static HostTensor numbered(DType dtype, int... dims) {
    HostTensor x = HostTensor.zeros(new TensorType(dtype, Shape.of(dims)));
    int period = dtype == DType.U8 ? 251 : 16_000_057;
    for (int i = 0; i < x.elements(); i++) {
      x.set(i, i % period);
    }
    return x;
  }

  private static int[] index(int position, Shape shape) {
    int[] index = new int[shape.rank()];
    for (int axis = index.length - 1; axis >= 0; axis--) {
      index[axis] = position % shape.dim(axis);
      position /= shape.dim(axis);
    }
    return index;
  }

  private static int position(int[] index, Shape shape) {
    int position = 0;
    for (int axis = 0; axis < index.length; axis++) {
      position = position * shape.dim(axis) + index[axis];
    }
    return position;
  }

  private static void requireEqual(HostTensor actual, HostTensor expected) {
    assertThat(actual.type()).isEqualTo(expected.type());
    assertThat(actual.bytes().mismatch(expected.bytes())).as("first other byte").isEqualTo(-1);
  }

  private void transposes(HostTensor x, Integer... permutation) {
    HostTensor y = device.run(new Transpose(List.of(permutation)), x);
    HostTensor expected = HostTensor.zeros(y.type());
    for (int i = 0; i < x.elements(); i++) {
      int[] from = index(i, x.shape());
      int[] to = Arrays.stream(permutation).mapToInt(axis -> from[axis]).toArray();
      expected.set(position(to, y.shape()), x.get(i));
    }
    requireEqual(y, expected);
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void transposesByTiles(DType dtype) {
    for (int[] dims : new int[][] {{16, 16}, {33, 65}, {32, 64}, {100, 17}, {1031, 1021}}) {
      transposes(numbered(dtype, dims), 1, 0);
      assertThat(device.kernels()).containsExactly("cuda.transpose.tiled");
    }
    transposes(numbered(dtype, 3, 20, 40), 0, 2, 1);
    assertThat(device.kernels()).containsExactly("cuda.transpose.tiled");
    transposes(numbered(dtype, 2, 19, 5, 7), 0, 2, 3, 1); // NCHW to NHWC
    assertThat(device.kernels()).containsExactly("cuda.transpose.tiled");
    transposes(numbered(dtype, 2, 5, 7, 19), 0, 3, 1, 2);
    assertThat(device.kernels()).containsExactly("cuda.transpose.tiled");
    transposes(numbered(dtype, 17, 3, 2, 33), 3, 2, 1, 0);
    assertThat(device.kernels()).containsExactly("cuda.transpose.tiled");
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void transposesOtherwise(DType dtype) {
    transposes(numbered(dtype, 2, 3, 8, 9), 0, 2, 3, 1);
    transposes(numbered(dtype, 1, 77), 1, 0);
    transposes(numbered(dtype, 5, 7, 32), 1, 0, 2);
    transposes(numbered(dtype, 5, 7, 6), 1, 0, 2);
    transposes(numbered(dtype, 3, 5, 7, 2), 2, 1, 0, 3);
    assertThat(device.kernels()).containsExactly("cuda.transpose");
  }

  @Test
  void takesManyAxes() {
    int[] dims = new int[17];
    Arrays.fill(dims, 2);
    Integer[] reversed = new Integer[17];
    Arrays.setAll(reversed, axis -> 16 - axis);
    transposes(numbered(DType.F32, dims), reversed);
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void broadcasts(DType dtype) {
    int[][][] shapes = {
      {{}, {}},
      {{}, {100_003}},
      {{1, 8, 1}, {3, 8, 32}},
      {{24}, {1000, 24}},
      {{5, 1, 48}, {5, 7, 48}},
      {{4, 1, 3, 1}, {2, 4, 5, 3, 7}}
    };
    for (int[][] dims : shapes) {
      HostTensor x = numbered(dtype, dims[0]);
      HostTensor y = device.run(new Broadcast(Shape.of(dims[1])), x);
      HostTensor expected = HostTensor.zeros(y.type());
      for (int i = 0; i < y.elements(); i++) {
        int[] to = index(i, y.shape());
        int[] from = Arrays.copyOfRange(to, to.length - x.shape().rank(), to.length);
        Arrays.setAll(from, axis -> Math.min(from[axis], x.shape().dim(axis) - 1));
        expected.set(i, x.get(position(from, x.shape())));
      }
      requireEqual(y, expected);
    }
  }

  /** Starts and sizes that allow accesses of 1 to 16 bytes. */
  @ParameterizedTest
  @EnumSource(DType.class)
  void slices(DType dtype) {
    int[][] columns = {{0, 64, 1}, {16, 48, 1}, {4, 60, 1}, {2, 62, 1}, {1, 64, 1}, {3, 64, 5}};
    HostTensor x = numbered(dtype, 9, 21, 64);
    for (int[] column : columns) {
      List<Integer> starts = List.of(2, 0, column[0]);
      List<Integer> steps = List.of(3, 1, column[2]);
      HostTensor y = device.run(new Slice(starts, List.of(9, 20, column[1]), steps), x);
      HostTensor expected = HostTensor.zeros(y.type());
      for (int i = 0; i < y.elements(); i++) {
        int[] from = index(i, y.shape());
        Arrays.setAll(from, axis -> starts.get(axis) + steps.get(axis) * from[axis]);
        expected.set(i, x.get(position(from, x.shape())));
      }
      requireEqual(y, expected);
    }
  }

  private void pads(HostTensor x, int[] before, int[] after, int[] interior) {
    Pad op = new Pad(list(before), list(after), list(interior), 7.5);
    HostTensor y = device.run(op, x);
    HostTensor expected = HostTensor.filled(y.type(), 7.5);
    for (int i = 0; i < x.elements(); i++) {
      int[] to = index(i, x.shape());
      Arrays.setAll(to, axis -> before[axis] + to[axis] * (interior[axis] + 1));
      expected.set(position(to, y.shape()), x.get(i));
    }
    requireEqual(y, expected);
  }

  private static List<Integer> list(int... numbers) {
    return IntStream.of(numbers).boxed().toList();
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void pads(DType dtype) {
    int[] none = {0, 0, 0};
    HostTensor x = numbered(dtype, 3, 5, 32);
    pads(x, new int[] {0, 0, 16}, new int[] {0, 0, 16}, none);
    pads(x, new int[] {2, 0, 0}, new int[] {1, 0, 0}, none);
    pads(x, new int[] {0, 1, 0}, new int[] {0, 3, 0}, none);
    pads(x, new int[] {1, 2, 3}, new int[] {0, 1, 2}, none);
    pads(x, new int[] {0, 0, 4}, new int[] {0, 0, 4}, new int[] {1, 0, 0});
    pads(x, new int[] {0, 1, 0}, new int[] {2, 0, 1}, new int[] {0, 3, 2});
    pads(numbered(dtype, 1, 1, 1), new int[] {3, 0, 1}, new int[] {0, 2, 5}, new int[] {1, 1, 1});
    pads(numbered(dtype, 3, 65, 301), new int[] {1, 1, 1}, new int[] {1, 1, 1}, none);
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void joins(DType dtype) {
    for (int axis = 0; axis < 3; axis++) {
      List<HostTensor> parts = new ArrayList<>();
      for (int size : new int[] {16, 1, 7, 32, 4}) {
        int[] dims = {6, 10, 48};
        dims[axis] = size;
        parts.add(numbered(dtype, dims));
      }
      HostTensor y = device.run(new Concat(axis), parts.toArray(HostTensor[]::new));
      HostTensor expected = HostTensor.zeros(y.type());
      int at = 0;
      for (HostTensor part : parts) {
        for (int i = 0; i < part.elements(); i++) {
          int[] to = index(i, part.shape());
          to[axis] += at;
          expected.set(position(to, y.shape()), part.get(i));
        }
        at += part.shape().dim(axis);
      }
      requireEqual(y, expected);
    }
    HostTensor one = numbered(dtype, 1);
    HostTensor[] many = Collections.nCopies(70, one).toArray(HostTensor[]::new);
    requireEqual(
        device.run(new Concat(0), many), HostTensor.zeros(new TensorType(dtype, Shape.of(70))));
  }
}
