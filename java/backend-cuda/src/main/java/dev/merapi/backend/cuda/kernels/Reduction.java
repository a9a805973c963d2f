package dev.merapi.backend.cuda.kernels;

import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.DevicePointer;
import dev.merapi.backend.cuda.runtime.Launch;
import dev.merapi.core.op.reduction.ReduceFunction;
import dev.merapi.core.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import jcuda.driver.CUfunction;

/**
 * Joins elements by the kernels of {@code reduce.cuh}. Where there are few results of many elements
 * each, these are cut into pieces, so that all multiprocessors have something to do, and what the
 * pieces give is joined in a second stage. Neighbours are read by {@link Packs} where that fits.
 */
final class Reduction {
  /** Blocks for each multiprocessor. */
  private static final int SIDE_BY_SIDE = 4;

  /** Elements of a thread from which on more threads pay. */
  private static final int SHARE = 8;

  private static final int MAX_PIECES = 1024;
  private static final int WARP = 32;

  private final Task task;
  private final boolean rows;
  private final int pack;
  private final Places kept;
  private final Places joined;
  private final int width;
  private final int height;
  private final int pieces;
  private final int pieceLength;

  /** What to join. */
  private record Task(
      ReduceFunction function, DType dtype, Places kept, Places joined, CudaContext context) {
    /** Whether neighbours in memory belong to one result, not to neighbouring ones. */
    boolean rows() {
      return !kept.isInnermost();
    }

    /** How many neighbours can be read at once. */
    int pack() {
      int size = Packs.size(dtype);
      Places inner = rows() ? joined : kept;
      Places outer = rows() ? kept : joined;
      boolean packed = dtype.isFloating() && inner.isDivisible(size) && outer.isAtMultiplesOf(size);
      return packed ? size : 1;
    }
  }

  /** What lies at the places of each kept element and of all joined ones makes a result. */
  static Reduction of(
      ReduceFunction function, DType dtype, Places kept, Places joined, CudaContext context) {
    Task task = new Task(function, dtype, kept, joined, context);
    // What a piece gives must not be rounded to an integer.
    return new Reduction(task, task.pack(), dtype.isFloating() ? MAX_PIECES : 1);
  }

  private Reduction(Task task, int pack, int maxPieces) {
    this.task = task;
    this.pack = pack;
    rows = task.rows();
    kept = rows ? task.kept() : task.kept().divided(pack);
    joined = rows ? task.joined().divided(pack) : task.joined();
    int length = joined.elements();
    int threads = LaunchKernel.THREADS;
    int share = rows ? SHARE : SHARE / pack;
    if (rows) {
      height = Math.min(powerOfTwo(length / 4), length <= SHARE * WARP * 4 ? WARP : threads);
      width = threads / height;
    } else {
      int columns = Math.min(powerOfTwo(kept.elements()), threads);
      height = Math.min(threads / Math.min(columns, WARP / pack), powerOfTwo(length / share));
      width = Math.min(threads / height, columns);
    }
    int free = SIDE_BY_SIDE * task.context().multiprocessors() / blocks();
    int useful = length / (2 * share * height);
    int wanted = Math.max(1, Math.min(Math.min(free, useful), maxPieces));
    pieceLength = (length + wanted - 1) / wanted;
    pieces = wanted == 1 ? 1 : (length + pieceLength - 1) / pieceLength;
  }

  /** The same in one piece, which needs no workspace. */
  Reduction whole() {
    return new Reduction(task, pack, 1);
  }

  /** The least one that is not below a number. */
  private static int powerOfTwo(int atLeast) {
    return atLeast <= 1 ? 1 : Integer.highestOneBit(atLeast - 1) * 2;
  }

  private int blocks() {
    return (kept.elements() + width - 1) / width;
  }

  /** For the results of the pieces. */
  long workspaceBytes() {
    return pieces == 1 ? 0 : (long) task.kept().elements() * pieces * task.dtype().bytes();
  }

  /** How it works, for the kernel's name. */
  String variant() {
    return (rows ? "rows" : "columns") + (pieces == 1 ? "" : ".pieces");
  }

  /** The launches, one or two. */
  List<Launch> launches(DevicePointer x, DevicePointer y, DevicePointer workspace) {
    DevicePointer first = pieces == 1 ? y : workspace;
    if (pack > 1 && !(Packs.canBeginAt(x) && (rows || Packs.canBeginAt(first)))) {
      return new Reduction(task, 1, pieces).launches(x, y, workspace);
    }
    List<Launch> launches = new ArrayList<>(List.of(launch(x, first)));
    if (pieces > 1) {
      Places results = Places.of(task.kept().elements(), pieces);
      Places each = Places.of(pieces, 1);
      Reduction last = of(task.function(), task.dtype(), results, each, task.context()).whole();
      launches.addAll(last.launches(workspace, y, null));
    }
    return launches;
  }

  private Launch launch(DevicePointer x, DevicePointer y) {
    String name = (pack > 1 ? "reduce_packed" : "reduce") + (rows ? "_rows" : "_columns");
    String source = source(task.function(), task.dtype());
    CUfunction kernel = task.context().generated(source, name);
    Launch.Builder launch = Launch.of(kernel).grid(blocks(), pieces, 1);
    launch = rows ? launch.block(width * height, 1, 1) : launch.block(width, height, 1);
    launch.pointer(x).pointer(y);
    kept.addTo(launch);
    joined.addTo(launch);
    launch.int32(kept.elements()).int32(joined.elements()).int32(pieces).int32(pieceLength);
    return (rows ? launch.int32(height) : launch).build();
  }

  /** In CUDA C, for all tensors of an element type. */
  static String source(ReduceFunction function, DType dtype) {
    String name =
        switch (function) {
          case SUM -> "Sum";
          case MAX -> "Largest";
          case MIN -> "Smallest";
        };
    String arguments = "(%s, %s)\n".formatted(name, ElementSource.type(dtype));
    String source = "#include \"reduce.cuh\"\nREDUCE" + arguments;
    return dtype.isFloating() ? source + "REDUCE_PACKED" + arguments : source;
  }
}
