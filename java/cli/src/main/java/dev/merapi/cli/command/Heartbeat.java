package dev.merapi.cli.command;

import dev.merapi.train.Callback;
import dev.merapi.train.EpochResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A file that is written anew, once a second at most, while a training gets on, and is gone when it
 * is not training: a container's health check sees by the file's age a training that hangs. It
 * holds the number of the last step.
 */
final class Heartbeat implements Callback, AutoCloseable {
  /** The environment variable that names the file; without it there is none. */
  static final String VARIABLE = "MERAPI_HEARTBEAT";

  private static final long INTERVAL = TimeUnit.SECONDS.toNanos(1);

  private final PrintWriter log;
  private Path file;
  private long step;
  private long written;

  /** A training is to start. */
  Heartbeat(Map<String, String> environment, PrintWriter log) {
    this.log = log;
    String name = environment.getOrDefault(VARIABLE, "");
    file = name.isEmpty() ? null : Path.of(name);
    write();
  }

  @Override
  public void onStep(long now) {
    step = now;
    if (System.nanoTime() - written >= INTERVAL) {
      write();
    }
  }

  @Override
  public void onEpochEnd(EpochResult result) {
    write();
  }

  private void write() {
    written = System.nanoTime();
    if (file == null) {
      return;
    }
    try {
      Files.writeString(file, step + "\n");
    } catch (IOException e) {
      // A training goes on without: whoever looks for the file is told.
      say("cannot be written", e);
      file = null;
    }
  }

  private void say(String problem, IOException e) {
    log.println(VARIABLE + "=" + file + " " + problem + ": " + e);
    log.flush();
  }

  @Override
  public void close() {
    if (file == null) {
      return;
    }
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      say("cannot be removed", e);
    }
  }
}
