package dev.merapi.backend.cuda.cudnn;

import dev.merapi.backend.cuda.runtime.CudaStream;
import dev.merapi.backend.cuda.runtime.DevicePointer;
import dev.merapi.core.op.recurrent.PackedWeights;
import dev.merapi.core.op.recurrent.PackedWeights.Piece;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import jcuda.driver.JCudaDriver;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnTensorDescriptor;

/**
 * Where cuDNN wants the parts of a recurrent stack's weight vector. Matrices and the order of gates
 * are the same as ours, only their places differ; for one layer in one direction not even these.
 */
final class RecurrentWeights {
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

  /** Enqueues copies of all parts from our vector to cuDNN's space. */
  List<Runnable> toCudnn(DevicePointer ours, DevicePointer theirs, CudaStream stream) {
    return parts.stream()
        .map(p -> copy(ours.plus(p.ours), theirs.plus(p.theirs), p.bytes, stream))
        .toList();
  }

  /** Enqueues copies of all parts from cuDNN's space to our vector. */
  List<Runnable> fromCudnn(DevicePointer theirs, DevicePointer ours, CudaStream stream) {
    return parts.stream()
        .map(p -> copy(theirs.plus(p.theirs), ours.plus(p.ours), p.bytes, stream))
        .toList();
  }

  private static Runnable copy(
      DevicePointer from, DevicePointer to, long bytes, CudaStream stream) {
    return () -> JCudaDriver.cuMemcpyDtoDAsync(to, from, bytes, stream.handle());
  }
}
