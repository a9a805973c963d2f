package dev.merapi.backend.reference;

import dev.merapi.core.backend.Buffer;
import dev.merapi.core.plan.PhysicalType;
import dev.merapi.core.tensor.HostTensor;

/** A tensor in {@link HeapMemory}. */
final class HeapBuffer implements Buffer {
  private final byte[] bytes;
  private final int offset;
  private final PhysicalType type;
  private final Cells cells;

  HeapBuffer(byte[] bytes, int offset, PhysicalType type) {
    this.bytes = bytes;
    this.offset = offset;
    this.type = type;
    this.cells = Cells.of(type.type().dtype(), bytes, offset);
  }

  Cells cells() {
    return cells;
  }

  @Override
  public PhysicalType type() {
    return type;
  }

  @Override
  public void copyFromHost(HostTensor source) {
    requireType(source);
    source.bytes().get(bytes, offset, (int) type.bytes());
  }

  @Override
  public void copyFrom(Buffer source) {
    HeapBuffer from = (HeapBuffer) source;
    System.arraycopy(from.bytes, from.offset, bytes, offset, (int) type.bytes());
  }

  @Override
  public void copyToHost(HostTensor target) {
    requireType(target);
    target.bytes().put(bytes, offset, (int) type.bytes());
  }

  private void requireType(HostTensor tensor) {
    if (!tensor.type().equals(type.type())) {
      throw new IllegalArgumentException("expected " + type.type() + ", found " + tensor.type());
    }
  }
}
