package dev.merapi.backend.cuda.kernels;

import dev.merapi.backend.cuda.runtime.CudaBuffer;
import dev.merapi.backend.cuda.runtime.DevicePointer;
import dev.merapi.core.tensor.DType;
import java.util.List;

/**
 * Neighbours that kernels read or write by one access, as {@code Pack} of {@code common.cuh}. This
 * needs places at multiples of 16 bytes: where a buffer is elsewhere, which is known when a kernel
 * is bound, elements are accessed one by one.
 */
final class Packs {
  /** The widest access to memory. */
  static final int BYTES = 16;

  private Packs() {}

  /** So many elements make one. */
  static int size(DType dtype) {
    return BYTES / dtype.bytes();
  }

  /** Whether packs can begin there. */
  static boolean canBeginAt(DevicePointer place) {
    return place.address() % BYTES == 0;
  }

  /** Whether packs can begin at the beginning of all of these. */
  static boolean canBeginAt(List<CudaBuffer> buffers) {
    return buffers.stream().map(CudaBuffer::pointer).allMatch(Packs::canBeginAt);
  }
}
