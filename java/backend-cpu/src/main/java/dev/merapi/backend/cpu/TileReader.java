package dev.merapi.backend.cpu;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads a tensor along a larger shape that it is broadcast to, a tile at a time.
 *
 * <p>Neighbouring axes along which the tensor is repeated, or is not, count as one. The last of
 * these groups of axes makes runs: of neighbours in memory, or of one element again and again.
 */
final class TileReader {
  private final int[] sizes;
  private final int[] steps;
  private final int run;
  private final boolean repeats;

  TileReader(Shape shape, Shape target) {
    Shape full = Shape.of(ones(target.rank() - shape.rank())).concat(shape);
    int[] strides = full.strides();
    List<int[]> groups = new ArrayList<>(); // size and step of each, the last axis first
    for (int axis = target.rank() - 1; axis >= 0; axis--) {
      int size = target.dim(axis);
      if (size == 1) {
        continue;
      }
      int step = full.dim(axis) == 1 ? 0 : strides[axis];
      int[] last = groups.isEmpty() ? null : groups.get(groups.size() - 1);
      if (last != null && (last[1] == 0) == (step == 0)) {
        last[0] *= size;
      } else {
        groups.add(new int[] {size, step});
      }
    }
    if (groups.isEmpty()) {
      groups.add(new int[] {1, 0});
    }
    run = groups.get(0)[0];
    repeats = groups.get(0)[1] == 0;
    sizes = groups.stream().skip(1).mapToInt(group -> group[0]).toArray();
    steps = groups.stream().skip(1).mapToInt(group -> group[1]).toArray();
  }

  /** How many elements of the target lie side by side here, or are one element. */
  int run() {
    return run;
  }

  /** Whether a run is one element again and again. */
  boolean repeats() {
    return repeats;
  }

  /** The sizes of the axes outside of a run, the innermost first. */
  int[] sizes() {
    return sizes;
  }

  /** How far apart neighbours on these axes lie. */
  int[] steps() {
    return steps;
  }

  private static int[] ones(int count) {
    int[] ones = new int[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** Reads the elements for the target's elements from one on, converted to F32. */
  void read(CpuBuffer source, int from, int count, float[] tile) {
    int outer = from / run;
    int inner = from % run;
    for (int done = 0; done < count; outer++, inner = 0) {
      int length = Math.min(run - inner, count - done);
      int start = start(outer);
      if (repeats) {
        Arrays.fill(tile, done, done + length, (float) source.get(start));
      } else {
        load(source, start + inner, length, tile, done);
      }
      done += length;
    }
  }

  /** Where a run starts. */
  private int start(int outer) {
    int start = 0;
    for (int i = 0; i < sizes.length; i++) {
      start += outer % sizes[i] * steps[i];
      outer /= sizes[i];
    }
    return start;
  }

  private static void load(CpuBuffer source, int from, int count, float[] tile, int at) {
    if (source.type().type().dtype() == DType.F32) {
      source.load(from, count, tile, at);
    } else {
      for (int i = 0; i < count; i++) {
        tile[at + i] = (float) source.get(from + i);
      }
    }
  }
}
