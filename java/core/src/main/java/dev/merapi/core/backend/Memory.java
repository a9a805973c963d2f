package dev.merapi.core.backend;

import dev.merapi.core.plan.PhysicalType;

/** An allocation of device memory; whoever asked for it closes it. */
public interface Memory extends AutoCloseable {
  /** The size. */
  long bytes();

  /** A tensor in this memory; it lives as long as the memory. */
  Buffer view(long offset, PhysicalType type);

  /** Waits for the work that was given it, and releases it. */
  @Override
  void close();
}
