package dev.merapi.cli.command;

import java.nio.file.Path;
import java.util.Map;

/**
 * What a command finds around it.
 *
 * @param directory what relative paths are relative to
 * @param environment the environment variables
 * @param terminal whether standard error is a terminal, where a progress bar makes sense
 */
public record Surroundings(Path directory, Map<String, String> environment, boolean terminal) {
  /** Those of this process; the launcher says what standard error is. */
  public static Surroundings ofProcess() {
    return new Surroundings(Path.of(""), System.getenv(), Boolean.getBoolean("merapi.terminal"));
  }
}
