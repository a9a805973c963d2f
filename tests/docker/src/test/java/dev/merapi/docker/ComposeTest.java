package dev.merapi.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code docker/compose.yaml}, by Docker Compose of either version where it is installed. */
class ComposeTest {
  private record Result(int code, String output) {}

  private static Result run(List<String> command, String... arguments) throws Exception {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes());
      return new Result(process.waitFor(), output);
    } catch (IOException e) {
      return new Result(-1, e.getMessage()); // not installed
    }
  }

  private static List<String> compose() throws Exception {
    for (List<String> command : List.of(List.of("docker", "compose"), List.of("docker-compose"))) {
      if (run(command, "version").code() == 0) {
        return command;
      }
    }
    return List.of();
  }

  @Test
  void theFileIsValidAndReservesAGpu() throws Exception {
    List<String> compose = compose();
    assumeTrue(!compose.isEmpty(), "no docker compose");
    String file = Image.ROOT.resolve("docker/compose.yaml").toString();
    Result result = run(compose, "-f", file, "config");
    assertThat(result.code()).as(result.output()).isZero();
    assertThat(result.output()).contains("driver: nvidia", "- gpu", "--resume");
  }
}
