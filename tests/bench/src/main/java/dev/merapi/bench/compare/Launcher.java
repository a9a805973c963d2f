package dev.merapi.bench.compare;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merapi.bench.measure.JsonLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs settings as processes, one at a time, and reads the JSON lines that they print. */
public final class Launcher {
  /** What tells libraries about threads begins with one of these. */
  private static final List<String> THREAD_VARIABLES =
      List.of("OMP_", "GOMP_", "KMP_", "OPENBLAS_", "MKL_");

  private Launcher() {}

  /**
   * Runs a setting and waits for it.
   *
   * @return the objects that it printed
   * @throws RunException when it fails or prints none
   */
  public static List<JsonNode> run(Setting setting, List<String> arguments) {
    List<String> command = new ArrayList<>(setting.command());
    command.addAll(arguments);
    Path errors = null;
    try {
      errors = Files.createTempFile("merapi-bench", ".err");
      ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
      setEnvironment(builder.environment(), setting);
      Process process = builder.start();
      List<String> lines = process.inputReader().lines().toList();
      int status = process.waitFor();
      List<JsonNode> objects = JsonLine.objects(lines);
      if (status != 0 || objects.isEmpty()) {
        throw new RunException(
            "%s %s: exit code %d, %d results: %s"
                .formatted(
                    setting.name(),
                    String.join(" ", arguments),
                    status,
                    objects.size(),
                    Files.readString(errors).strip()));
      }
      return objects;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new RunException("interrupted while " + setting.name() + " ran", e);
    } finally {
      delete(errors);
    }
  }

  private static void setEnvironment(Map<String, String> environment, Setting setting) {
    environment.keySet().removeIf(name -> THREAD_VARIABLES.stream().anyMatch(name::startsWith));
    environment.putAll(setting.environment());
  }

  private static void delete(Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a command can be run and ends well. */
  static boolean succeeds(String... command) {
    try {
      return new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false; // there is no such command
    } catch (InterruptedException e) {
      throw new RunException("interrupted", e);
    }
  }
}
