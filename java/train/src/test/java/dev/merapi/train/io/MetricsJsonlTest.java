package dev.merapi.train.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.train.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsJsonlTest {
  @TempDir private Path root;

  @Test
  void everyLineIsThereAtOnce() throws IOException {
    Path file = root.resolve("metrics.jsonl");
    try (MetricsJsonl lines = MetricsJsonl.create(file)) {
      assertThat(Files.readString(file)).isEmpty();
      lines.append(1, 100, Map.of("train_loss", 0.5));
      assertThat(Files.readString(file))
          .isEqualTo("{\"epoch\":1,\"step\":100,\"train_loss\":0.5}\n");
    }
    MetricsJsonl.create(file).close();
    assertThat(Files.readString(file)).isEmpty();
  }

  @Test
  void aResumedFileLosesLaterLinesAndACutOffOne() throws IOException {
    Path file = root.resolve("metrics.jsonl");
    try (MetricsJsonl lines = MetricsJsonl.resume(file, 1)) {
      for (int epoch = 1; epoch <= 3; epoch++) {
        lines.append(epoch, 10L * epoch, Map.of("x", 1.0));
      }
    }
    Files.writeString(file, "{\"epoch\":4,\"st", StandardOpenOption.APPEND);
    try (MetricsJsonl lines = MetricsJsonl.resume(file, 3)) {
      lines.append(3, 30, Map.of("x", 0.25));
    }
    assertThat(Files.readString(file))
        .isEqualTo(
            """
            {"epoch":1,"step":10,"x":1.0}
            {"epoch":2,"step":20,"x":1.0}
            {"epoch":3,"step":30,"x":0.25}
            """);
  }

  @Test
  void damageIsNamed() throws IOException {
    Path file = Files.writeString(root.resolve("metrics.jsonl"), "{\"step\":1}\n");
    assertThatThrownBy(() -> MetricsJsonl.resume(file, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("metrics.jsonl", "\"epoch\"", "{\"step\":1}");
    Files.writeString(file, "epoch,step\n");
    assertThatThrownBy(() -> MetricsJsonl.resume(file, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("cannot be read");
    assertThatThrownBy(() -> MetricsJsonl.create(file.resolve("x")))
        .isInstanceOf(OutputException.class);
  }
}
