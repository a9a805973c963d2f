package dev.merapi.backend.cuda.kernels;

import dev.merapi.backend.cuda.runtime.CudaBuffer;
import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.Launch;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import jcuda.driver.CUfunction;

/**
 * A copy of elements from their places in one tensor to their places in another.
 *
 * <p>Axes that continue each other on both sides count as one. What lies side by side on both sides
 * is moved 16 bytes at a time; where rows of the one are columns of the other, tiles go through
 * shared memory, so that both are accessed in runs.
 */
final class StridedCopy {
  private static final String FILE = "copy.cu";

  /** Axes that the kernels take: sizes of 2 or more whose product is below 2^31 are not more. */
  static final int MOST_AXES = 30;

  /** As in the kernel. */
  private static final int TILE = 32;

  /** So many rows of a tile are read and written at a time. */
  private static final int TILE_ROWS = 8;

  /** Shorter rows or columns would leave most of a tile empty. */
  private static final int LEAST_TILED = TILE / 2;

  private final Move move;
  private final CudaContext context;
  private final int unitBytes;
  private final int elementBytes;
  private final int fromStart;
  private final int toStart;
  private final List<Axis> axes;
  private final Axis row;
  private final Axis column;
  private final CUfunction function;

  /** Sizes and steps in units that are moved at once; the innermost axis comes first. */
  private record Axis(int size, int from, int to) {}

  /** What to copy. */
  private record Move(Shape shape, DType dtype, Layout from, Layout to, CudaContext context) {}

  /** For elements of this type that have these places, each in the row-major order of the shape. */
  StridedCopy(Shape shape, DType dtype, Layout from, Layout to, CudaContext context) {
    this(new Move(shape, dtype, from, to, context), Packs.size(dtype));
  }

  private StridedCopy(Move move, int widest) {
    this.move = move;
    context = move.context();
    elementBytes = move.dtype().bytes();
    fromStart = move.from().start();
    toStart = move.to().start();
    List<Axis> merged = merge(move.shape(), move.from().steps(), move.to().steps());
    int width = widest;
    while (width > 1 && !fits(merged, width)) {
      width /= 2;
    }
    unitBytes = width * elementBytes;
    axes = widen(merged, width);
    column = axes.isEmpty() ? null : axes.get(0);
    row = axes.stream().filter(axis -> axis.from() == 1).findFirst().orElse(null);
    function = context.function(FILE, (isTiled() ? "transpose_" : "copy_") + unitBytes);
  }

  private static List<Axis> merge(Shape shape, int[] from, int[] to) {
    List<Axis> merged = new ArrayList<>();
    for (int a = shape.rank() - 1; a >= 0; a--) {
      Axis axis = new Axis(shape.dim(a), from[a], to[a]);
      Axis inner = merged.isEmpty() ? null : merged.get(merged.size() - 1);
      if (inner != null
          && inner.size() * inner.from() == axis.from()
          && inner.size() * inner.to() == axis.to()) {
        Axis both = new Axis(inner.size() * axis.size(), inner.from(), inner.to());
        merged.set(merged.size() - 1, both);
      } else if (axis.size() > 1) {
        merged.add(axis);
      }
    }
    return merged;
  }

  /** Whether all elements can be moved so many at a time. */
  private boolean fits(List<Axis> merged, int width) {
    if (merged.isEmpty() || fromStart % width != 0 || toStart % width != 0) {
      return false;
    }
    Axis innermost = merged.get(0);
    return innermost.from() == 1
        && innermost.to() == 1
        && innermost.size() % width == 0
        && merged.stream().skip(1).allMatch(a -> a.from() % width == 0 && a.to() % width == 0);
  }

  private static List<Axis> widen(List<Axis> merged, int width) {
    if (width == 1) {
      return merged;
    }
    List<Axis> widened = new ArrayList<>();
    int units = merged.get(0).size() / width;
    if (units > 1) {
      widened.add(new Axis(units, 1, 1));
    }
    merged.stream()
        .skip(1)
        .map(axis -> new Axis(axis.size(), axis.from() / width, axis.to() / width))
        .forEach(widened::add);
    return widened;
  }

  /** Whether the axis along which the source is read in runs is another one than the target's. */
  boolean isTiled() {
    return row != null
        && row != column
        && unitBytes == elementBytes
        && column.to() == 1
        && row.size() >= LEAST_TILED
        && column.size() >= LEAST_TILED;
  }

  /** The copy between these tensors: element by element where units cannot begin there. */
  Launch launch(CudaBuffer from, CudaBuffer to) {
    if (unitBytes > elementBytes && !Packs.canBeginAt(List.of(from, to))) {
      return new StridedCopy(move, 1).launch(from, to);
    }
    Launch.Builder launch = Launch.of(function);
    launch.pointer(from.pointer().plus((long) fromStart * elementBytes));
    launch.pointer(to.pointer().plus((long) toStart * elementBytes));
    if (isTiled()) {
      int tileRows = tiles(row.size());
      int tileColumns = tiles(column.size());
      List<Axis> batch = axes.stream().filter(axis -> axis != row && axis != column).toList();
      int all = count(batch) * tileRows * tileColumns;
      launch.int32(row.size()).int32(column.size()).int32(column.from()).int32(row.to());
      Divisor.set(launch, tileRows);
      Divisor.set(launch, tileColumns).int32(all);
      LaunchKernel.grid(launch, (long) all * LaunchKernel.THREADS, context);
      return set(launch.block(TILE, TILE_ROWS, 1), batch).build();
    }
    int units = count(axes);
    return set(LaunchKernel.grid(launch, units, context).int32(units), axes).build();
  }

  private static int tiles(int size) {
    return (size + TILE - 1) / TILE;
  }

  private static int count(List<Axis> axes) {
    return axes.stream().mapToInt(Axis::size).reduce(1, (a, b) -> a * b);
  }

  private static Launch.Builder set(Launch.Builder launch, List<Axis> axes) {
    launch.int32(axes.size());
    for (Axis axis : axes) {
      Divisor.set(launch, axis.size()).int32(axis.from()).int32(axis.to());
    }
    int unused = (MOST_AXES - axes.size()) * (Divisor.FIELDS + 2);
    for (int i = 0; i < unused; i++) {
      launch.int32(0);
    }
    return launch;
  }
}
