package dev.merapi.backend.cuda.runtime;

import dev.merapi.core.backend.Buffer;
import dev.merapi.core.backend.Memory;
import dev.merapi.core.backend.OutOfDeviceMemoryException;
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
   * @throws OutOfDeviceMemoryException when there is not so much
   */
  public CudaMemory(CudaContext context, long bytes, String owner) {
    this.context = context;
    this.bytes = bytes;
    context.use();
    try {
      JCudaDriver.cuMemAlloc(start, Math.max(bytes, 1));
    } catch (CudaException e) {
      throw CudaStatus.isOutOfMemory(e) ? outOfMemory(owner) : context.failure(e);
    }
  }

  private OutOfDeviceMemoryException outOfMemory(String owner) {
    long[] free = new long[1];
    long[] total = new long[1];
    JCudaDriver.cuMemGetInfo(free, total);
    return OutOfDeviceMemoryException.of(
        "cuda:" + context.ordinal(), owner, bytes, free[0], total[0]);
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
      DevicePointer freed = start;
      start = null;
      context.release(context::use);
      try {
        context.release(context.stream()::synchronize);
      } finally {
        context.release(() -> JCudaDriver.cuMemFree(freed));
      }
    }
  }
}
