package dev.merapi.backend.cpu;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The threads that loops run on: the calling one and others, which spin for a moment after a loop,
 * in case another one follows, and then sleep. Which parts a thread gets depends on their number
 * alone, so that the same number of threads gives the same bits.
 */
final class Workers implements AutoCloseable {
  /** How often a thread looks for work before it sleeps: some ten microseconds. */
  private static final int SPINS = 2000;

  private final Thread[] helpers;
  private final AtomicInteger running = new AtomicInteger();
  private volatile int loop;
  private volatile Throwable failure;
  private volatile boolean closed;
  private Parts body;
  private int parts;

  /** Some parts of a loop, of which none needs another's result. */
  @FunctionalInterface
  interface Parts {
    /**
     * Runs some parts.
     *
     * @param worker who runs them, from 0, for scratch memory of its own
     * @param from the first part
     * @param to one past the last part
     */
    void run(int worker, int from, int to);
  }

  /** The calling thread and so many others that there are {@code count}. */
  Workers(int count) {
    helpers = new Thread[count - 1];
    for (int i = 0; i < helpers.length; i++) {
      int worker = i + 1;
      helpers[i] = new Thread(() -> help(worker), "merapi-cpu-" + worker);
      helpers[i].setDaemon(true);
      helpers[i].start();
    }
  }

  /** The threads that this process may use: what OpenMP was told, else the processors. */
  static int processCount() {
    String told = System.getenv("OMP_NUM_THREADS");
    return told != null && told.matches("[1-9]\\d{0,3}")
        ? Integer.parseInt(told)
        : Runtime.getRuntime().availableProcessors();
  }

  /** How many threads there are. */
  int count() {
    return helpers.length + 1;
  }

  /** Runs all parts, on all threads, and waits for them. */
  void run(int count, Parts work) {
    body = work;
    parts = count;
    running.set(helpers.length);
    loop = loop + 1; // only this thread writes it
    for (Thread helper : helpers) {
      LockSupport.unpark(helper);
    }
    runShare(0);
    for (int spin = 0; running.get() > 0; spin++) {
      if (spin < SPINS) {
        Thread.onSpinWait();
      } else {
        Thread.yield(); // a helper may be waiting for this very processor
      }
    }
    rethrow();
  }

  private void help(int worker) {
    int seen = 0;
    while (!closed) {
      for (int spin = 0; loop == seen && spin < SPINS; spin++) {
        Thread.onSpinWait();
      }
      while (loop == seen && !closed) {
        LockSupport.park(this);
      }
      if (loop != seen) {
        seen = loop;
        runShare(worker);
        running.decrementAndGet();
      }
    }
  }

  private void runShare(int worker) {
    int from = (int) ((long) parts * worker / count());
    int to = (int) ((long) parts * (worker + 1) / count());
    try {
      body.run(worker, from, to);
    } catch (RuntimeException | Error e) {
      failure = e;
    }
  }

  private void rethrow() {
    Throwable thrown = failure;
    failure = null;
    if (thrown instanceof RuntimeException e) {
      throw e;
    } else if (thrown instanceof Error e) {
      throw e;
    }
  }

  @Override
  public void close() {
    closed = true;
    for (Thread helper : helpers) {
      LockSupport.unpark(helper);
    }
  }
}
