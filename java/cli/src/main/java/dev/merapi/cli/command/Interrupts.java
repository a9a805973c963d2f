package dev.merapi.cli.command;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jline.utils.Signals;

/**
 * SIGTERM and SIGINT while a training runs: the first one is a wish to stop, the second one ends
 * the process at once.
 */
final class Interrupts implements AutoCloseable {
  /** What a shell sees of a process that a signal ended: 128 and the signal's number. */
  private static final Map<String, Integer> CODES = Map.of("INT", 128 + 2, "TERM", 128 + 15);

  private final Map<String, Object> before = new LinkedHashMap<>();
  private Runnable wish = () -> {};
  private int exitCode;

  Interrupts() {
    CODES.forEach((name, code) -> before.put(name, Signals.register(name, () -> received(code))));
  }

  private synchronized void received(int code) {
    if (exitCode != 0) {
      Runtime.getRuntime().halt(code);
    }
    exitCode = code;
    wish.run();
  }

  /** What to do when a signal comes, or now if one has. */
  synchronized void onInterrupt(Runnable wanted) {
    wish = wanted;
    if (exitCode != 0) {
      wanted.run();
    }
  }

  /** The exit code for the signal that came first; 0 if none has. */
  synchronized int exitCode() {
    return exitCode;
  }

  /** From now on signals do what they did before. */
  @Override
  public void close() {
    before.forEach(Signals::unregister);
  }
}
