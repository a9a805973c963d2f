package dev.merapi.backend.cuda.kernels;

import dev.merapi.backend.cuda.runtime.CudaBuffer;
import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.DevicePointer;
import dev.merapi.backend.cuda.runtime.Launch;
import dev.merapi.core.op.movement.ScatterAdd;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import jcuda.driver.CUfunction;

/**
 * Sorts the updates' positions by their indices, stably, and sums what belongs together in that
 * order, so that the result is the same bits in every run. The sort is by radix, 8 bits at a time,
 * of tiles of positions.
 */
final class ScatterAddKernel {
  /** Positions that a block sorts, values of a digit, and threads of a block, as in the kernels. */
  private static final int TILE = 256;

  private static final int DIGIT_BITS = 8;

  /** Threads of the one block that sums counts. */
  private static final int SCANNERS = 1024;

  private final ScatterAdd op;
  private final CudaContext context;
  private final int elements;
  private final int inner;
  private final int count;
  private final int tiles;
  private final CUfunction countDigits;
  private final CUfunction sumBefore;
  private final CUfunction placeDigits;
  private final CUfunction findStarts;
  private final CUfunction addUpdates;

  private ScatterAddKernel(
      ScatterAdd op, TensorType indices, TensorType output, CudaContext context) {
    this.op = op;
    this.context = context;
    Shape y = output.shape();
    elements = y.elements();
    inner = y.slice(op.axis() + 1, y.rank()).elements();
    count = indices.shape().elements();
    tiles = (count + TILE - 1) / TILE;
    countDigits = context.function(IndexKernels.FILE, "count_digits");
    sumBefore = context.function(IndexKernels.FILE, "sum_before");
    placeDigits = context.function(IndexKernels.FILE, "place_digits");
    findStarts = context.function(IndexKernels.FILE, "find_starts");
    addUpdates = context.function(IndexKernels.FILE, "add_updates_" + IndexKernels.suffix(output));
  }

  static CudaKernel create(
      ScatterAdd op, List<TensorType> inputs, List<TensorType> outputs, CudaContext context) {
    ScatterAddKernel kernel = new ScatterAddKernel(op, inputs.get(1), outputs.get(0), context);
    return new LaunchKernel("", kernel.workspaceBytes(), kernel::bind);
  }

  /** Indices and positions from one pass and for the next, digits' counts, and where sums start. */
  private long workspaceBytes() {
    return Integer.BYTES * (4L * count + (long) tiles * TILE + op.size() + 1);
  }

  private List<Launch> bind(CudaBuffer[] in, CudaBuffer[] out, CudaBuffer workspace) {
    DevicePointer start = workspace.pointer();
    long each = (long) Integer.BYTES * count;
    DevicePointer counts = start.plus(4 * each);
    DevicePointer starts = counts.plus((long) Integer.BYTES * tiles * TILE);
    List<Launch> launches = new ArrayList<>();
    DevicePointer keys = in[1].pointer();
    DevicePointer order = start; // of no meaning before the first pass
    for (int pass = 0; pass < passes(); pass++) {
      DevicePointer keysTo = start.plus(pass % 2 * 2 * each);
      DevicePointer orderTo = keysTo.plus(each);
      int shift = pass * DIGIT_BITS;
      Launch.Builder counting = tiled(countDigits).pointer(keys).pointer(counts);
      launches.add(counting.int32(count).int32(op.size()).int32(shift).int32(tiles).build());
      Launch.Builder summing = Launch.of(sumBefore).block(SCANNERS, 1, 1);
      launches.add(summing.pointer(counts).int32(tiles * TILE).build());
      Launch.Builder placing = tiled(placeDigits).pointer(keys).pointer(order);
      placing.pointer(keysTo).pointer(orderTo).pointer(counts);
      launches.add(placing.int32(count).int32(shift).int32(tiles).build());
      keys = keysTo;
      order = orderTo;
    }
    Launch.Builder finding = LaunchKernel.grid(Launch.of(findStarts), op.size() + 1L, context);
    finding.pointer(keys).pointer(starts).int32(count).int32(op.size());
    launches.add(finding.build());
    Launch.Builder adding = LaunchKernel.grid(Launch.of(addUpdates), elements, context);
    adding.pointer(in[0]).pointer(order).pointer(starts).pointer(out[0]);
    Divisor.set(adding.int32(elements).int32(count), op.size());
    launches.add(Divisor.set(adding, inner).build());
    return launches;
  }

  /** As many as the largest index has digits, but one at least. */
  private int passes() {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(op.size() - 1);
    return Math.max(1, (bits + DIGIT_BITS - 1) / DIGIT_BITS);
  }

  private Launch.Builder tiled(CUfunction function) {
    return LaunchKernel.grid(Launch.of(function), (long) tiles * TILE, context);
  }
}
