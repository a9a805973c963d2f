package dev.merapi.backend.cpu;

import dev.merapi.core.tensor.Positions;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Exchanges the last axis of the output with the axis whose elements are neighbours in the input,
 * tile by tile, so that both are read and written in runs.
 *
 * <p>A tile has {@code rows} runs of the input, which become the columns of the output.
 */
final class PlaneTranspose {
  /** Elements in a tile: it and its transpose stay in the first-level cache. */
  private static final int TILE = 2048;

  private static final int SIDE = 32;

  private final int columns;
  private final int rows;
  private final int columnStep;
  private final int rowStep;
  private final int tileColumns;
  private final int tileRows;
  private final int[] from;
  private final int[] to;

  /**
   * The plane of two axes.
   *
   * @param shape the output's
   * @param steps of each of its axes in the input
   * @param inner the axis whose step is 1; not the last
   */
  private PlaneTranspose(Shape shape, int[] steps, int inner) {
    int last = shape.rank() - 1;
    int[] strides = shape.strides();
    columns = shape.dim(inner); // neighbours in the input
    rows = shape.dim(last); // neighbours in the output
    columnStep = strides[inner];
    rowStep = steps[last];
    int fewRows = Math.min(rows, SIDE);
    tileColumns = Math.min(columns, TILE / fewRows);
    tileRows = Math.min(rows, TILE / tileColumns);
    List<Integer> outer = new ArrayList<>();
    for (int axis = 0; axis < last; axis++) {
      if (axis != inner) {
        outer.add(axis);
      }
    }
    Shape rest = Shape.of(outer.stream().mapToInt(shape::dim).toArray());
    from = Positions.strided(rest, outer.stream().mapToInt(axis -> steps[axis]).toArray(), 0);
    to = Positions.strided(rest, outer.stream().mapToInt(axis -> strides[axis]).toArray(), 0);
  }

  /** The kernel; null when neighbours stay neighbours, or there is no such axis. */
  static CpuKernel kernel(Lines lines, Engine engine) {
    Shape shape = lines.shape();
    int[] steps = lines.steps();
    int last = shape.rank() - 1;
    for (int axis = 0; axis < last; axis++) {
      if (steps[axis] == 1 && steps[last] > 1) {
        return new PlaneTranspose(shape, steps, axis).kernel(engine);
      }
    }
    return null;
  }

  private CpuKernel kernel(Engine engine) {
    int across = (columns + tileColumns - 1) / tileColumns;
    int down = (rows + tileRows - 1) / tileRows;
    int[][] read = new int[engine.workers().count()][tileRows * tileColumns];
    int[][] turned = new int[engine.workers().count()][tileRows * tileColumns];
    return new LoopKernel(
        engine.workers(),
        from.length * across * down,
        (in, out, worker, first, end) -> {
          for (int part = first; part < end; part++) {
            int plane = part / (across * down);
            int column = part / down % across * tileColumns;
            int row = part % down * tileRows;
            int width = Math.min(tileColumns, columns - column);
            int height = Math.min(tileRows, rows - row);
            load(in[0], from[plane] + column + row * rowStep, width, height, read[worker]);
            turn(read[worker], width, height, turned[worker]);
            store(out[0], to[plane] + column * columnStep + row, width, height, turned[worker]);
          }
        });
  }

  private void load(CpuBuffer x, int at, int width, int height, int[] tile) {
    if (rowStep == width) {
      x.loadBits(at, width * height, tile, 0);
    } else {
      for (int i = 0; i < height; i++) {
        x.loadBits(at + i * rowStep, width, tile, i * width);
      }
    }
  }

  private static void turn(int[] x, int width, int height, int[] y) {
    int row = 0;
    for (; row + 7 < height; row += 8) {
      turnEight(x, row, width, height, y);
    }
    for (; row < height; row++) {
      for (int i = 0; i < width; i++) {
        y[i * height + row] = x[row * width + i];
      }
    }
  }

  /** Eight rows at a time: few of their indices need to be checked against the array's length. */
  private static void turnEight(int[] x, int row, int width, int height, int[] y) {
    for (int i = 0; i < width; i++) {
      int from = row * width + i;
      int to = i * height + row;
      y[to] = x[from];
      y[to + 1] = x[from + width];
      y[to + 2] = x[from + 2 * width];
      y[to + 3] = x[from + 3 * width];
      y[to + 4] = x[from + 4 * width];
      y[to + 5] = x[from + 5 * width];
      y[to + 6] = x[from + 6 * width];
      y[to + 7] = x[from + 7 * width];
    }
  }

  private void store(CpuBuffer y, int at, int width, int height, int[] tile) {
    if (columnStep == height) {
      y.storeBits(at, width * height, tile, 0);
    } else {
      for (int i = 0; i < width; i++) {
        y.storeBits(at + i * columnStep, height, tile, i * height);
      }
    }
  }
}
