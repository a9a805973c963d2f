package dev.merapi.backend.cpu;

import dev.merapi.core.op.reduction.ArgMax;
import dev.merapi.core.op.reduction.Reduce;
import dev.merapi.core.op.reduction.ReduceFunction;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Positions;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Joins the elements along axes. */
final class ReductionKernels {
  /** Elements that are copied out of a tensor at a time. */
  private static final int TILE = Engine.TILE;

  /** Elements of a result from which on they are joined in lanes, side by side. */
  private static final int LONG = 4 * TILE;

  private ReductionKernels() {}

  static void register(KernelTable table) {
    table.add(Reduce.class, ReductionKernels::reduce);
    table.add(ArgMax.class, ReductionKernels::argMax);
  }

  private static CpuKernel reduce(
      Reduce op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    Shape x = inputs.get(0).shape();
    if (inputs.get(0).dtype() != DType.F32) {
      return oneByOne(op, x, engine);
    }
    int last = x.rank();
    boolean rows = last > 0 && op.axes().contains(last - 1);
    while (last > 0 && op.axes().contains(last - 1) == rows) {
      last--;
    }
    // The axes from "last" on are all reduced, or none is, and make one run of neighbours.
    int run = x.slice(last, x.rank()).elements();
    int outer = last;
    int[] starts = positions(x, axes(outer).filter(axis -> !op.axes().contains(axis)));
    int[] offsets = positions(x, axes(outer).filter(op.axes()::contains));
    if (rows) {
      return offsets.length * run < LONG
          ? rows(op.function(), starts, offsets, run, engine)
          : runs(op.function(), starts, new Runs(offsets, run, 1), engine);
    }
    boolean neighbours = offsets[offsets.length - 1] == (offsets.length - 1) * run;
    if (run > TILE || !neighbours && starts.length >= engine.workers().count()) {
      return columns(op.function(), starts, offsets, run, engine);
    }
    Runs all =
        neighbours
            ? new Runs(new int[] {0}, offsets.length * run, run)
            : new Runs(offsets, run, run);
    return runs(op.function(), starts, all, engine);
  }

  /**
   * The elements of a few results, which take turns.
   *
   * @param offsets where runs of neighbouring elements begin
   * @param length of each run, a multiple of the period
   * @param period the number of the results
   */
  private record Runs(int[] offsets, int length, int period) {
    /** How often each result has an element in all runs. */
    int turns() {
      return offsets.length * (length / period);
    }

    /** Joins the elements from one turn on. */
    void join(Joining joining, CpuBuffer x, int start, int from, int to) {
      int perRun = length / period;
      for (int turn = from; turn < to; ) {
        int skipped = turn % perRun;
        int count = Math.min(perRun - skipped, to - turn);
        joining.addAll(x, start + offsets[turn / perRun] + skipped * period, count * period);
        turn += count;
      }
    }
  }

  /** Many elements for each result: threads share them, and what each got is joined in the end. */
  private static CpuKernel runs(ReduceFunction function, int[] starts, Runs runs, Engine engine) {
    int threads = engine.workers().count();
    int pieces = starts.length >= 4 * threads ? 1 : Math.min(threads, runs.turns());
    int period = runs.period();
    Joining[] joinings = new Joining[threads];
    Arrays.setAll(joinings, i -> new Joining(function, TILE / period * period));
    double[] results = new double[starts.length * pieces * period];
    LoopKernel loop =
        new LoopKernel(
            engine.workers(),
            starts.length * pieces,
            (in, out, worker, from, to) -> {
              for (int part = from; part < to; part++) {
                long piece = part % pieces;
                int first = (int) (runs.turns() * piece / pieces);
                int end = (int) (runs.turns() * (piece + 1) / pieces);
                joinings[worker].start();
                runs.join(joinings[worker], in[0], starts[part / pieces], first, end);
                joinings[worker].fold(period, results, part * period);
              }
            });
    return loop.after(
        (in, out) -> {
          for (int i = 0; i < starts.length * period; i++) {
            int first = i / period * pieces * period + i % period;
            double joined = results[first];
            for (int piece = 1; piece < pieces; piece++) {
              joined = Joining.join(function, joined, results[first + piece * period]);
            }
            out[0].floats().put(i, (float) joined);
          }
        });
  }

  private static IntStream axes(int count) {
    return IntStream.range(0, count);
  }

  /** Where the elements lie that have index 0 on all axes but these. */
  private static int[] positions(Shape x, IntStream axes) {
    int[] chosen = axes.toArray();
    int[] strides = x.strides();
    Shape shape = Shape.of(IntStream.of(chosen).map(x::dim).toArray());
    return Positions.strided(shape, IntStream.of(chosen).map(axis -> strides[axis]).toArray(), 0);
  }

  /** Neighbours in memory belong to one result. */
  private static CpuKernel rows(
      ReduceFunction function, int[] starts, int[] offsets, int run, Engine engine) {
    float[][] tiles = new float[engine.workers().count()][Math.min(run, TILE)];
    return new LoopKernel(
        engine.workers(),
        starts.length,
        (in, out, worker, from, to) -> {
          float[] tile = tiles[worker];
          for (int i = from; i < to; i++) {
            double joined = Joining.identity(function);
            for (int offset : offsets) {
              for (int done = 0; done < run; done += tile.length) {
                int count = Math.min(tile.length, run - done);
                in[0].load(starts[i] + offset + done, count, tile);
                joined = Joining.join(function, joined, Joining.all(function, tile, count));
              }
            }
            out[0].floats().put(i, (float) joined);
          }
        });
  }

  /** Neighbours in memory belong to neighbouring results. */
  private static CpuKernel columns(
      ReduceFunction function, int[] starts, int[] offsets, int run, Engine engine) {
    int width = Math.min(run, TILE);
    int tiles = (run + width - 1) / width;
    Joining[] joinings = new Joining[engine.workers().count()];
    Arrays.setAll(joinings, i -> new Joining(function, width));
    return new LoopKernel(
        engine.workers(),
        starts.length * tiles,
        (in, out, worker, from, to) -> {
          Joining joining = joinings[worker];
          for (int part = from; part < to; part++) {
            int row = part / tiles;
            int column = part % tiles * width;
            int count = Math.min(width, run - column);
            joining.start();
            for (int offset : offsets) {
              joining.add(in[0], starts[row] + offset + column, count);
            }
            joining.store(out[0], row * run + column, count);
          }
        });
  }

  /** For counters: whatever the type is. */
  private static CpuKernel oneByOne(Reduce op, Shape x, Engine engine) {
    int[] starts = positions(x, axes(x.rank()).filter(axis -> !op.axes().contains(axis)));
    int[] offsets = positions(x, axes(x.rank()).filter(op.axes()::contains));
    return LoopKernel.whole(
        engine.workers(),
        (in, out) -> {
          for (int i = 0; i < starts.length; i++) {
            double joined = Joining.identity(op.function());
            for (int offset : offsets) {
              joined = Joining.join(op.function(), joined, in[0].get(starts[i] + offset));
            }
            out[0].set(i, joined);
          }
        });
  }

  private static CpuKernel argMax(
      ArgMax op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    Shape x = inputs.get(0).shape();
    int size = x.dim(op.axis());
    int stride = x.strides()[op.axis()];
    int[] starts = positions(x, axes(x.rank()).filter(axis -> axis != op.axis()));
    return new LoopKernel(
        engine.workers(),
        starts.length,
        (in, out, worker, from, to) -> {
          for (int i = from; i < to; i++) {
            int best = 0;
            double largest = in[0].get(starts[i]);
            for (int k = 1; k < size; k++) {
              double candidate = in[0].get(starts[i] + k * stride);
              if (candidate > largest) {
                largest = candidate;
                best = k;
              }
            }
            out[0].ints().put(i, best);
          }
        });
  }
}
