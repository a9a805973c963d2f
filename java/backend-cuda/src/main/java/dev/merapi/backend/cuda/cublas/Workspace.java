package dev.merapi.backend.cuda.cublas;

import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.CudaMemory;
import dev.merapi.backend.cuda.runtime.DevicePointer;
import dev.merapi.backend.cuda.runtime.LibraryHandle;

/**
 * Memory that cuBLAS and cuBLASLt work in, one product after the other on the context's stream:
 * what they would allocate themselves could not be captured, and results could differ from run to
 * run.
 */
final class Workspace implements LibraryHandle {
  /** As NVIDIA recommends it, from Hopper on and before. */
  private static final long BYTES = 32 << 20;

  private static final long BYTES_BEFORE_HOPPER = 4 << 20;
  private static final int HOPPER = 90;

  private final CudaMemory memory;

  private Workspace(CudaContext context) {
    long bytes = context.architecture() < HOPPER ? BYTES_BEFORE_HOPPER : BYTES;
    memory = new CudaMemory(context, bytes, "cuBLAS");
  }

  static Workspace of(CudaContext context) {
    return context.library(Workspace.class, Workspace::new);
  }

  DevicePointer pointer() {
    return memory.pointer();
  }

  long bytes() {
    return memory.bytes();
  }

  @Override
  public void close() {
    memory.close();
  }
}
