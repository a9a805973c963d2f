package dev.merapi.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.train.EpochResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeartbeatTest {
  @TempDir Path folder;
  private final StringWriter said = new StringWriter();

  private Heartbeat heartbeat(String file) {
    return new Heartbeat(Map.of("MERAPI_HEARTBEAT", file), new PrintWriter(said));
  }

  @Test
  void theFileIsThereWhileATrainingRuns() throws IOException {
    Path file = folder.resolve("beat");
    try (Heartbeat heartbeat = heartbeat(file.toString())) {
      assertThat(file).hasContent("0");
      heartbeat.onStep(41);
      heartbeat.onStep(42);
      heartbeat.onEpochEnd(new EpochResult(1, 42, 0.5, 1, 0.1, 100, Optional.empty()));
      assertThat(file).hasContent("42");
    }
    assertThat(file).doesNotExist();
    assertThat(said.toString()).isEmpty();
  }

  @Test
  void withoutANameThereIsNone() throws IOException {
    try (Heartbeat heartbeat = new Heartbeat(Map.of(), new PrintWriter(said))) {
      heartbeat.onStep(1);
    }
    try (Heartbeat heartbeat = heartbeat("")) {
      heartbeat.onStep(1);
    }
    assertThat(said.toString()).isEmpty();
  }

  @Test
  void aTrainingGoesOnWhereItCannotBeWrittenAndSaysSoOnce() throws IOException {
    Path file = Files.createFile(folder.resolve("file")).resolve("beat");
    try (Heartbeat heartbeat = heartbeat(file.toString())) {
      heartbeat.onEpochEnd(new EpochResult(1, 1, 0.5, 1, 0.1, 100, Optional.empty()));
    }
    assertThat(said.toString().lines().toList())
        .singleElement()
        .asString()
        .contains("MERAPI_HEARTBEAT=" + file, "cannot be written");
  }
}
