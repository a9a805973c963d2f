package dev.merapi.core.backend;

/** Runs one step. */
@FunctionalInterface
public interface Kernel {
  /**
   * Enqueues the work. Allocates nothing and never waits, which is what makes it legal to capture a
   * program and replay it.
   */
  void launch(Buffers buffers, Stream stream);
}
