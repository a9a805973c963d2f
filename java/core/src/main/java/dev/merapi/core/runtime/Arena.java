package dev.merapi.core.runtime;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Memory;

/**
 * The memory for transient values that the programs of one store share. Only one of them runs at a
 * time, so the largest decides its size. It grows when a larger program is compiled, never in a
 * run.
 */
final class Arena implements AutoCloseable {
  private static final String OWNER = "the arena";

  private final Backend backend;
  private Memory memory;
  private int generation;

  Arena(Backend backend) {
    this.backend = backend;
  }

  /**
   * Makes the arena at least this large; programs bound to a smaller one must bind again. The old
   * memory goes first, so that both need not fit; when the device has too little, it comes back.
   */
  void reserve(long bytes) {
    if (memory != null && memory.bytes() >= bytes) {
      return;
    }
    long before = memory == null ? -1 : memory.bytes();
    close();
    generation++;
    try {
      memory = backend.allocate(bytes, OWNER);
    } catch (RuntimeException | Error e) {
      restore(before, e);
      throw e;
    }
  }

  private void restore(long before, Throwable cause) {
    try {
      if (before >= 0) {
        memory = backend.allocate(before, OWNER);
      }
    } catch (RuntimeException | Error e) {
      cause.addSuppressed(e);
    }
  }

  long bytes() {
    return memory == null ? 0 : memory.bytes();
  }

  Memory memory() {
    return memory;
  }

  /** Changes whenever the memory does. */
  int generation() {
    return generation;
  }

  @Override
  public void close() {
    if (memory != null) {
      Memory closed = memory;
      memory = null;
      closed.close();
    }
  }
}
