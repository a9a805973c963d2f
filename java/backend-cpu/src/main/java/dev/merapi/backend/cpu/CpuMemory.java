package dev.merapi.backend.cpu;

import dev.merapi.core.backend.Buffer;
import dev.merapi.core.backend.Memory;
import dev.merapi.core.plan.PhysicalType;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** One block of native memory. */
final class CpuMemory implements Memory {
  private final long bytes;
  private final BytePointer start;
  private Pointer block;

  CpuMemory(long bytes, String owner) {
    this.bytes = bytes;
    block = Pointer.malloc(bytes + PhysicalType.ALIGNMENT);
    if (block == null || block.isNull()) {
      throw new OutOfMemoryError(owner + " needs " + bytes + " bytes, which there are not");
    }
    int past = (int) (block.address() % PhysicalType.ALIGNMENT);
    start = new BytePointer(block).getPointer(PhysicalType.ALIGNMENT - past);
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public Buffer view(long offset, PhysicalType type) {
    if (block == null) {
      throw new IllegalStateException("this memory has been closed");
    }
    if (offset < 0 || offset + type.bytes() > bytes) {
      throw new IndexOutOfBoundsException(
          type + " at byte " + offset + " does not fit into " + bytes + " bytes");
    }
    return new CpuBuffer(start.getPointer(offset), type);
  }

  @Override
  public void close() {
    if (block != null) {
      Pointer.free(block);
      block = null;
    }
  }
}
