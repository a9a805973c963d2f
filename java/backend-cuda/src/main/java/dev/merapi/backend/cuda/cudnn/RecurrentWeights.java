package dev.merapi.backend.cuda.cudnn;

import dev.merapi.backend.cuda.kernels.LaunchKernel;
import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.DevicePointer;
import dev.merapi.backend.cuda.runtime.Launch;
import dev.merapi.core.op.recurrent.PackedWeights;
import dev.merapi.core.op.recurrent.PackedWeights.Piece;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnTensorDescriptor;

/**
 * Where cuDNN wants the parts of a recurrent stack's weight vector. Matrices and the order of gates
 * are the same as ours, only their places differ; for one layer in one direction not even these.
 */
final class RecurrentWeights {
  /** As in {@code copy_pieces.cu}. */
  private static final int PIECES = 128;

  /** For each part: enough to keep some multiprocessors busy, whatever its size. */
  private static final int BLOCKS = 32;

  /** Bytes that lie one behind the other in both places. */
  private record Part(long ours, long theirs, long bytes) {
    private boolean continues(Part before) {
      return ours == before.ours + before.bytes && theirs == before.theirs + before.bytes;
    }
  }

  private final List<Part> parts;
  private final long bytes;

  private RecurrentWeights(List<Part> parts, long bytes) {
    this.parts = parts;
    this.bytes = bytes;
  }

  /** Asks cuDNN, which answers with addresses in a space of so many bytes. */
  static RecurrentWeights of(
      Cudnn cudnn,
      RecurrentNetwork network,
      PackedWeights packed,
      DevicePointer space,
      long bytes) {
    List<Part> found = new ArrayList<>();
    try (Descriptors descriptors = new Descriptors()) {
      cudnnTensorDescriptor unread = descriptors.tensor(Shape.of(1, 1));
      for (int row = 0; row < packed.layers() * packed.directions(); row++) {
        int layer = row / packed.directions();
        int direction = row % packed.directions();
        for (int linear = 0; linear < 2 * packed.gates(); linear++) {
          boolean input = linear < packed.gates();
          DevicePointer matrix = new DevicePointer();
          DevicePointer bias = new DevicePointer();
          JCudnn.cudnnGetRNNWeightParams(
              cudnn.handle(),
              network.stack(),
              row,
              bytes,
              space,
              linear,
              unread,
              matrix,
              unread,
              bias);
          int gate = linear % packed.gates();
          Piece weights =
              input ? packed.weightIh(layer, direction) : packed.weightHh(layer, direction);
          Piece biases = input ? packed.biasIh(layer, direction) : packed.biasHh(layer, direction);
          found.add(part(weights, gate, packed, matrix.address() - space.address()));
          found.add(part(biases, gate, packed, bias.address() - space.address()));
        }
      }
    }
    return new RecurrentWeights(joined(found), bytes);
  }

  private static Part part(Piece piece, int gate, PackedWeights packed, long theirs) {
    long elements = piece.shape().elements() / packed.gates();
    return new Part(
        (piece.offset() + gate * elements) * Float.BYTES, theirs, elements * Float.BYTES);
  }

  private static List<Part> joined(List<Part> parts) {
    parts.sort(Comparator.comparingLong(Part::ours));
    List<Part> joined = new ArrayList<>();
    for (Part part : parts) {
      int last = joined.size() - 1;
      if (last >= 0 && part.continues(joined.get(last))) {
        Part before = joined.get(last);
        joined.set(last, new Part(before.ours, before.theirs, before.bytes + part.bytes));
      } else {
        joined.add(part);
      }
    }
    return joined;
  }

  /** Whether our vector is just what cuDNN wants. */
  boolean areTheSame() {
    return parts.size() == 1 && parts.get(0).theirs == 0 && parts.get(0).bytes == bytes;
  }

  /** The copy of all parts from our vector to cuDNN's space. */
  List<Runnable> toCudnn(DevicePointer ours, DevicePointer theirs, CudaContext context) {
    return launches(ours, theirs, context, parts);
  }

  /** The copy of all parts from cuDNN's space to our vector. */
  List<Runnable> fromCudnn(DevicePointer theirs, DevicePointer ours, CudaContext context) {
    List<Part> back = parts.stream().map(p -> new Part(p.theirs, p.ours, p.bytes)).toList();
    return launches(theirs, ours, context, back);
  }

  private static List<Runnable> launches(
      DevicePointer from, DevicePointer to, CudaContext context, List<Part> parts) {
    List<Runnable> launches = new ArrayList<>();
    for (int first = 0; first < parts.size(); first += PIECES) {
      List<Part> some = parts.subList(first, Math.min(parts.size(), first + PIECES));
      Launch.Builder launch =
          Launch.of(context.function("copy_pieces.cu", "copy_pieces"))
              .grid(BLOCKS, some.size(), 1)
              .block(LaunchKernel.THREADS, 1, 1)
              .pointer(from)
              .pointer(to);
      for (int i = 0; i < PIECES; i++) {
        Part part = i < some.size() ? some.get(i) : new Part(0, 0, 0);
        for (long bytes : new long[] {part.ours, part.theirs, part.bytes}) {
          launch.int32(Math.toIntExact(bytes / Float.BYTES));
        }
      }
      Launch copy = launch.build();
      launches.add(() -> copy.run(context.stream()));
    }
    return launches;
  }
}
