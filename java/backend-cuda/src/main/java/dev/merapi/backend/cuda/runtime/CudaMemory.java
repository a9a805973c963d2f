package dev.merapi.backend.cuda.runtime;

import dev.merapi.core.backend.Buffer;
import dev.merapi.core.backend.Memory;
import dev.merapi.core.plan.PhysicalType;
import jcuda.CudaException;
import jcuda.driver.JCudaDriver;

/** One allocation on the device. */
public final class CudaMemory implements Memory {
  private final CudaContext context;
  private final long bytes;
  private DevicePointer start = new DevicePointer();

  /**
   * Allocates.
   *
   * @throws OutOfMemoryError when there is not so much
   */
  public CudaMemory(CudaContext context, long bytes, String owner) {
    this.context = context;
    this.bytes = bytes;
    context.use();
    try {
      JCudaDriver.cuMemAlloc(start, Math.max(bytes, 1));
    } catch (CudaException e) {
      // JCuda's exceptions have no status but their message, which is its name.
      if (!String.valueOf(e.getMessage()).contains("CUDA_ERROR_OUT_OF_MEMORY")) {
        throw e;
      }
      throw new OutOfMemoryError(
          "%s needs %d bytes on cuda:%d, of which %s are free"
              .formatted(owner, bytes, context.ordinal(), free()));
    }
  }

  private static long free() {
    long[] free = new long[1];
    JCudaDriver.cuMemGetInfo(free, new long[1]);
    return free[0];
  }

  /** Where it begins. */
  public DevicePointer pointer() {
    return start;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public Buffer view(long offset, PhysicalType type) {
    if (start == null) {
      throw new IllegalStateException("this memory has been closed");
    }
    if (offset < 0 || offset + type.bytes() > bytes) {
      throw new IndexOutOfBoundsException(
          type + " at byte " + offset + " does not fit into " + bytes + " bytes");
    }
    return new CudaBuffer(context, start.plus(offset), type);
  }

  @Override
  public void close() {
    if (start != null) {
      context.use();
      DevicePointer freed = start;
      start = null;
      try {
        context.stream().synchronize();
      } finally {
        JCudaDriver.cuMemFree(freed);
      }
    }
  }
}
