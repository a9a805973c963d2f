package dev.merapi.core.runtime;

import java.util.ArrayDeque;
import java.util.Deque;

/** What has to be released, last made first; one failure does not keep the rest from it. */
public final class Owned implements AutoCloseable {
  private final Deque<Runnable> releases = new ArrayDeque<>();

  /** Remembers how to release what was just made. */
  public void add(Runnable release) {
    releases.push(release);
  }

  /**
   * Releases everything; a second time there is nothing left.
   *
   * @throws RuntimeException the first failure, with the others suppressed in it
   */
  @Override
  public void close() {
    RuntimeException first = null;
    while (!releases.isEmpty()) {
      try {
        releases.pop().run();
      } catch (RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }

  /** Releases everything because something failed; failures to do so are told with that. */
  public void closeAfter(Throwable cause) {
    try {
      close();
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }
}
