package dev.merapi.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** The command line as a process of its own, to be sent signals. */
final class CliProcess implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 120;

  private final Process process;
  private final Path errors;

  private CliProcess(Process process, Path errors) {
    this.process = process;
    this.errors = errors;
  }

  static CliProcess start(Path directory, String... arguments) throws IOException {
    return start(directory, List.of(), arguments);
  }

  /**
   * Starts a command.
   *
   * @param prefix a command that runs the command
   */
  static CliProcess start(Path directory, List<String> prefix, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-cp"));
    command.addAll(List.of(System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(arguments));
    Path errors = Files.createTempFile(directory, "errors", ".txt");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(errors.toFile())
            .start();
    return new CliProcess(process, errors);
  }

  /** What it has printed to standard error. */
  String err() {
    try {
      return Files.readString(errors);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits for something that it does while it runs. */
  void await(String what, BooleanSupplier done) throws InterruptedException, TimeoutException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!done.getAsBoolean()) {
      if (!process.isAlive()) {
        throw new IllegalStateException(
            "expected %s, found the end with %d: %s".formatted(what, process.exitValue(), err()));
      }
      if (System.nanoTime() > end) {
        throw new TimeoutException("expected " + what + ", found " + err());
      }
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }

  /** Sends a signal: {@code TERM}, {@code INT}, {@code KILL}. */
  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  /** Waits for its end. */
  int exitCode() throws InterruptedException, TimeoutException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new TimeoutException("expected the end, found " + err());
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
