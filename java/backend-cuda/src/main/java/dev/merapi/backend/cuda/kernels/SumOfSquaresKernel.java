package dev.merapi.backend.cuda.kernels;

import dev.merapi.backend.cuda.runtime.CudaBuffer;
import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.Launch;
import dev.merapi.core.op.reduction.SumOfSquares;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Adds up the squares of many tensors: a launch for so many of them as fit into its arguments, in
 * which each block makes a partial sum, and one more that adds those.
 */
final class SumOfSquaresKernel {
  /** As in {@code sum_of_squares.cu}. */
  private static final int TENSORS = 128;

  private static final int TILE = 4096;

  /** Blocks for each multiprocessor. */
  private static final int SIDE_BY_SIDE = 4;

  private static final String FILE = "sum_of_squares.cu";

  private SumOfSquaresKernel() {}

  /** Some of the tensors, and how many blocks share them. */
  private record Batch(List<Integer> tensors, List<Integer> elements, int blocks) {
    int tiles(int i) {
      return (elements.get(i) + TILE - 1) / TILE;
    }
  }

  static CudaKernel create(
      SumOfSquares op, List<TensorType> inputs, List<TensorType> outputs, CudaContext context) {
    List<Batch> batches = batches(inputs, SIDE_BY_SIDE * context.multiprocessors());
    int partials = batches.stream().mapToInt(Batch::blocks).sum();
    String type = inputs.get(0).dtype().name().toLowerCase(Locale.ROOT);
    return new LaunchKernel(
        "",
        Math.max(1, partials) * (long) Double.BYTES,
        (in, out, workspace) -> {
          List<Launch> launches = new ArrayList<>();
          long done = 0;
          for (Batch batch : batches) {
            Launch.Builder launch =
                Launch.of(context.function(FILE, "sum_of_squares_" + type))
                    .grid(batch.blocks(), 1, 1)
                    .block(LaunchKernel.THREADS, 1, 1);
            addTensors(launch, batch, in);
            launches.add(launch.pointer(workspace.pointer().plus(done * Double.BYTES)).build());
            done += batch.blocks();
          }
          Launch.Builder total =
              Launch.of(context.function(FILE, "sum_of_partials_" + type))
                  .block(LaunchKernel.THREADS, 1, 1);
          launches.add(total.pointer(workspace).int32(partials).pointer(out[0]).build());
          return launches;
        });
  }

  private static List<Batch> batches(List<TensorType> inputs, int side) {
    int[] filled =
        IntStream.range(0, inputs.size()).filter(i -> !inputs.get(i).shape().isEmpty()).toArray();
    List<Batch> batches = new ArrayList<>();
    for (int from = 0; from < filled.length; from += TENSORS) {
      List<Integer> tensors = IntStream.of(filled).skip(from).limit(TENSORS).boxed().toList();
      List<Integer> elements = tensors.stream().map(i -> inputs.get(i).shape().elements()).toList();
      Batch batch = new Batch(tensors, elements, 0);
      long tiles = IntStream.range(0, tensors.size()).mapToLong(batch::tiles).sum();
      batches.add(new Batch(tensors, elements, (int) Math.min(tiles, side)));
    }
    return batches;
  }

  /** The kernel's {@code Tensors}, of which the rest stays unused. */
  private static void addTensors(Launch.Builder launch, Batch batch, CudaBuffer[] in) {
    int count = batch.tensors().size();
    for (int i = 0; i < TENSORS; i++) {
      launch.int64(i < count ? in[batch.tensors().get(i)].pointer().address() : 0);
    }
    for (int i = 0; i < TENSORS; i++) {
      launch.int32(i < count ? batch.elements().get(i) : 0);
    }
    int tile = 0;
    for (int i = 0; i <= TENSORS; i++) {
      launch.int32(tile);
      tile += i < count ? batch.tiles(i) : 0;
    }
    List<CudaBuffer> tensors = batch.tensors().stream().map(i -> in[i]).toList();
    launch.int32(count).int32(Packs.canBeginAt(tensors) ? 1 : 0);
  }
}
