package dev.merapi.bench.kernel;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A copy in direct memory on some threads, 4 KiB at a time: of such pieces the JVM writes with the
 * vector stores that loops have, never past the caches.
 */
final class PlainCopy implements AutoCloseable {
  private static final int PIECE = 4096;

  private final ExecutorService workers;
  private final int threads;
  private final ByteBuffer source;
  private final ByteBuffer target;

  /** A copy of at most so many bytes. */
  PlainCopy(int threads, int capacity) {
    this.threads = threads;
    workers = Executors.newFixedThreadPool(threads);
    source = ByteBuffer.allocateDirect(capacity);
    target = ByteBuffer.allocateDirect(capacity);
    fill((byte) 1); // else all pages might be one
  }

  /** Gives all bytes of the source a value. */
  void fill(byte value) {
    for (int i = 0; i < source.capacity(); i++) {
      source.put(i, value);
    }
  }

  /** A byte of the target. */
  byte copied(int index) {
    return target.get(index);
  }

  /** Copies so many bytes. */
  void run(int bytes) {
    List<Callable<Void>> parts = new ArrayList<>();
    for (int part = 0; part < threads; part++) {
      int from = (int) ((long) bytes * part / threads);
      int to = (int) ((long) bytes * (part + 1) / threads);
      parts.add(() -> copy(from, to));
    }
    try {
      for (var part : workers.invokeAll(parts)) {
        part.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("the copy did not end", e);
    }
  }

  private Void copy(int from, int to) {
    for (int at = from; at < to; at += PIECE) {
      target.put(at, source, at, Math.min(PIECE, to - at));
    }
    return null;
  }

  @Override
  public void close() {
    workers.shutdown();
  }
}
