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
 * pieces give is joined in a second stage.
 */
final class Reduction {
  /** Blocks for each multiprocessor. */
  private static final int SIDE_BY_SIDE = 4;

  /** Elements of a thread from which on more threads pay. */
  private static final int SHARE = 8;

  /** The widest access to memory. */
  private static final int PACK_BYTES = 16;

  private static final int MAX_PIECES = 1024;
  private static final int WARP = 32;

  private final ReduceFunction function;
  private final DType dtype;
  private final CudaContext context;
  private final Places kept;
  private final Places joined;
  private final boolean rows;
  private final boolean packed;
  private final int width;
  private final int height;
  private final int pieces;
  private final int pieceLength;

  /** What lies at the places of each kept element and of all joined ones makes a result. */
  static Reduction of(
      ReduceFunction function, DType dtype, Places kept, Places joined, CudaContext context) {
    // What a piece gives must not be rounded to an integer.
    int pieces = dtype.isFloating() ? MAX_PIECES : 1;
    return new Reduction(function, dtype, kept, joined, context, pieces);
  }

  private Reduction(
      ReduceFunction function,
      DType dtype,
      Places kept,
      Places joined,
      CudaContext context,
      int maxPieces) {
    this.function = function;
    this.dtype = dtype;
    this.kept = kept;
    this.context = context;
    rows = !kept.isInnermost();
    int pack = PACK_BYTES / dtype.bytes();
    packed = rows && dtype.isFloating() && joined.isDivisible(pack) && kept.isAtMultiplesOf(pack);
    this.joined = packed ? joined.divided(pack) : joined;
    int results = kept.elements();
    int length = this.joined.elements();
    int threads = LaunchKernel.THREADS;
    if (rows) {
      height = Math.min(powerOfTwo(length / 4), length <= SHARE * WARP * 4 ? WARP : threads);
      width = threads / height;
    } else {
      int columns = Math.min(powerOfTwo(results), threads);
      height = Math.min(threads / Math.min(columns, WARP), powerOfTwo(length / SHARE));
      width = Math.min(threads / height, columns);
    }
    int free = SIDE_BY_SIDE * context.multiprocessors() / blocks(results);
    int useful = length / (2 * SHARE * height);
    int wanted = Math.max(1, Math.min(Math.min(free, useful), maxPieces));
    pieceLength = (length + wanted - 1) / wanted;
    pieces = wanted == 1 ? 1 : (length + pieceLength - 1) / pieceLength;
  }

  /** The least one that is not below a number. */
  private static int powerOfTwo(int atLeast) {
    return atLeast <= 1 ? 1 : Integer.highestOneBit(atLeast - 1) * 2;
  }

  private int blocks(int results) {
    return (results + width - 1) / width;
  }

  /** For the results of the pieces. */
  long workspaceBytes() {
    return pieces == 1 ? 0 : (long) kept.elements() * pieces * dtype.bytes();
  }

  /** How it works, for the kernel's name. */
  String variant() {
    return (rows ? "rows" : "columns") + (pieces == 1 ? "" : ".pieces");
  }

  /** The launches, one or two. */
  List<Launch> launches(DevicePointer x, DevicePointer y, DevicePointer workspace) {
    if (pieces == 1) {
      return List.of(launch(x, y));
    }
    Places results = Places.of(kept.elements(), pieces);
    Reduction last = new Reduction(function, dtype, results, Places.of(pieces, 1), context, 1);
    List<Launch> launches = new ArrayList<>(List.of(launch(x, workspace)));
    launches.addAll(last.launches(workspace, y, null));
    return launches;
  }

  private Launch launch(DevicePointer x, DevicePointer y) {
    int results = kept.elements();
    String name = packed ? "reduce_packed_rows" : rows ? "reduce_rows" : "reduce_columns";
    CUfunction kernel = context.generated(source(function, dtype), name);
    Launch.Builder launch = Launch.of(kernel).grid(blocks(results), pieces, 1);
    launch = rows ? launch.block(width * height, 1, 1) : launch.block(width, height, 1);
    launch.pointer(x).pointer(y);
    kept.addTo(launch);
    joined.addTo(launch);
    launch.int32(results).int32(joined.elements()).int32(pieces).int32(pieceLength);
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
    return "#include \"reduce.cuh\"\nREDUCE(%s, %s)\n".formatted(name, ElementSource.type(dtype));
  }
}
