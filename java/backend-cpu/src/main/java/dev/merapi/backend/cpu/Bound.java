package dev.merapi.backend.cpu;

/** Work on certain memory, to be done again and again. */
interface Bound extends AutoCloseable {
  void run();

  @Override
  void close();
}
