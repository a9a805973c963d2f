package dev.merapi.backend.reference;

import dev.merapi.core.backend.Buffer;
import dev.merapi.core.backend.Memory;
import dev.merapi.core.plan.PhysicalType;
import java.util.Arrays;

/** Memory in the Java heap. It begins as NaN, so that a value read before it is written shows. */
final class HeapMemory implements Memory {
  private byte[] bytes;

  HeapMemory(long bytes, String owner) {
    if (bytes > Integer.MAX_VALUE - 8) {
      throw new OutOfMemoryError(
          "the reference backend has at most 2 GiB for one buffer; " + owner + " needs " + bytes);
    }
    this.bytes = new byte[(int) bytes];
    Arrays.fill(this.bytes, (byte) 0xFF);
  }

  @Override
  public long bytes() {
    return bytes.length;
  }

  @Override
  public Buffer view(long offset, PhysicalType type) {
    if (bytes == null) {
      throw new IllegalStateException("this memory has been closed");
    }
    if (offset < 0 || offset + type.bytes() > bytes.length) {
      throw new IndexOutOfBoundsException(
          type + " at byte " + offset + " does not fit into " + bytes.length + " bytes");
    }
    return new HeapBuffer(bytes, (int) offset, type);
  }

  @Override
  public void close() {
    bytes = null;
  }
}
