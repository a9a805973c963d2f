package dev.merapi.core.backend;

/** A program on its buffers, ready to be run many times. */
public interface Executable extends AutoCloseable {
  /** Copies the bound inputs in, runs the steps in order, and copies the bound outputs out. */
  void run(Bindings bindings);

  @Override
  void close();
}
