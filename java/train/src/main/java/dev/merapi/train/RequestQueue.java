package dev.merapi.train;

import dev.merapi.core.tensor.HostTensor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What callers wait for, in the order in which they came; one thread takes it in batches. */
final class RequestQueue {
  /** A sample and who waits for its prediction. */
  record Request(HostTensor sample, CompletableFuture<HostTensor> result) {}

  private final int capacity;
  private final Deque<Request> waiting = new ArrayDeque<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean closed;

  /** A queue that holds so many requests at most. */
  RequestQueue(int capacity) {
    this.capacity = capacity;
  }

  /**
   * Adds a request.
   *
   * @throws RejectedExecutionException when the queue is full
   * @throws IllegalStateException when it is closed
   */
  void add(Request request) {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the predictor is closed");
      }
      if (waiting.size() >= capacity) {
        throw new RejectedExecutionException(
            "the queue is full: expected at most %d waiting requests".formatted(capacity));
      }
      waiting.add(request);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for requests and takes the first ones.
   *
   * @param batch an empty list, which they are put in
   * @param most how many at most
   * @param delayNanos how long the first may wait for others, once it is seen
   * @return false when the queue is closed and there are none left
   */
  boolean take(List<Request> batch, int most, long delayNanos) {
    lock.lock();
    try {
      while (waiting.isEmpty() && !closed) {
        changed.awaitUninterruptibly();
      }
      long left = delayNanos;
      while (waiting.size() < Math.min(most, capacity) && !closed && left > 0) {
        left = changed.awaitNanos(left);
      }
      while (batch.size() < most && !waiting.isEmpty()) {
        batch.add(waiting.poll());
      }
      return !batch.isEmpty();
    } catch (InterruptedException e) {
      // Nobody but the JVM's end has reason to interrupt the thread that serves all.
      throw new IllegalStateException("interrupted while waiting for requests", e);
    } finally {
      lock.unlock();
    }
  }

  /** Lets no more requests in. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
