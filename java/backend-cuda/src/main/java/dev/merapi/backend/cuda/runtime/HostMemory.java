package dev.merapi.backend.cuda.runtime;

import dev.merapi.core.backend.Buffer;
import dev.merapi.core.backend.DeviceFailureException;
import dev.merapi.core.backend.Memory;
import dev.merapi.core.plan.PhysicalType;
import dev.merapi.core.runtime.Owned;
import dev.merapi.core.tensor.HostTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.CudaException;
import jcuda.Pointer;
import jcuda.driver.JCudaDriver;

/** Pinned memory of the host, which the device copies to while programs run. */
public final class HostMemory implements Memory {
  private final CudaContext context;
  private final Owned owned = new Owned();
  private final Pointer start = new Pointer();
  private final long bytes;

  /** Behind the last copy to this memory, and so behind those before. */
  private final CudaEvent copied;

  /**
   * Allocates.
   *
   * @throws DeviceFailureException when the host cannot give so much
   */
  public HostMemory(CudaContext context, long bytes, String owner) {
    this.context = context;
    this.bytes = bytes;
    context.use();
    try {
      JCudaDriver.cuMemHostAlloc(start, Math.max(bytes, 1), 0);
    } catch (CudaException e) {
      if (!CudaStatus.isOutOfMemory(e)) {
        throw context.failure(e);
      }
      throw new DeviceFailureException(
          "%s needs %d bytes of pinned host memory, which there are not".formatted(owner, bytes),
          e);
    }
    own(() -> JCudaDriver.cuMemFreeHost(start));
    try {
      copied = new CudaEvent();
    } catch (RuntimeException e) {
      owned.closeAfter(e);
      throw e;
    }
    own(copied::close);
    own(context.stream()::synchronize);
  }

  private void own(Runnable release) {
    owned.add(() -> context.release(release));
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public Buffer view(long offset, PhysicalType type) {
    if (offset < 0 || offset + type.bytes() > bytes) {
      throw new IndexOutOfBoundsException(
          type + " at byte " + offset + " does not fit into " + bytes + " bytes");
    }
    return new View(offset, type);
  }

  @Override
  public void close() {
    context.release(context::use);
    owned.close();
  }

  /** A tensor in this memory. */
  private final class View implements Buffer {
    private final PhysicalType type;
    private final Pointer pointer;
    private final ByteBuffer contents;

    View(long offset, PhysicalType type) {
      this.type = type;
      pointer = start.withByteOffset(offset);
      // of the start: a pointer with an offset gives the bytes without it
      contents = start.getByteBuffer(offset, type.bytes()).order(ByteOrder.nativeOrder());
    }

    @Override
    public PhysicalType type() {
      return type;
    }

    @Override
    public void copyFromHost(HostTensor source) {
      contents.put(0, source.bytes(), 0, (int) type.bytes());
    }

    @Override
    public void copyFrom(Buffer source) {
      context.use();
      CudaStream stream = context.stream();
      try {
        JCudaDriver.cuMemcpyDtoHAsync(
            pointer, ((CudaBuffer) source).pointer(), type.bytes(), stream.handle());
        copied.record(stream);
      } catch (CudaException e) {
        throw context.failure(e);
      }
    }

    @Override
    public void copyToHost(HostTensor target) {
      context.use();
      try {
        copied.synchronize();
      } catch (CudaException e) {
        throw context.failure(e);
      }
      target.bytes().put(0, contents, 0, (int) type.bytes());
    }
  }
}
