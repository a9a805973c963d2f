package dev.merapi.train.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.train.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsCsvTest {
  private static final List<String> METRICS = List.of("train_loss", "test_accuracy");

  @TempDir private Path root;

  @Test
  void everyRowIsThereAtOnce() throws IOException {
    Path file = root.resolve("metrics.csv");
    try (MetricsCsv csv = MetricsCsv.create(file, METRICS)) {
      assertThat(file).hasContent("epoch,step,train_loss,test_accuracy\n");
      csv.append(1, 100, Map.of("train_loss", 0.5));
      assertThat(Files.readString(file))
          .isEqualTo("epoch,step,train_loss,test_accuracy\n1,100,0.5,\n");
      csv.append(2, 200, Map.of("test_accuracy", 0.9, "train_loss", Double.NaN));
      assertThat(Files.readString(file)).endsWith("\n2,200,NaN,0.9\n");
      assertThatThrownBy(() -> csv.append(3, 300, Map.of("f1", 1.0)))
          .hasMessageContaining("found [f1]");
    }
    MetricsCsv.create(file, METRICS).close();
    assertThat(file).hasContent("epoch,step,train_loss,test_accuracy\n");
  }

  @Test
  void aResumedFileLosesLaterRowsAndACutOffOne() throws IOException {
    Path file = root.resolve("metrics.csv");
    try (MetricsCsv csv = MetricsCsv.resume(file, METRICS, 1)) {
      for (int epoch = 1; epoch <= 3; epoch++) {
        csv.append(epoch, 10L * epoch, Map.of("train_loss", 1.0 / epoch));
      }
    }
    Files.writeString(file, "4,1", StandardOpenOption.APPEND);
    try (MetricsCsv csv = MetricsCsv.resume(file, METRICS, 3)) {
      csv.append(3, 30, Map.of("train_loss", 0.25));
    }
    assertThat(Files.readString(file))
        .isEqualTo("epoch,step,train_loss,test_accuracy\n1,10,1.0,\n2,20,0.5,\n3,30,0.25,\n");
  }

  @Test
  void damageIsNamed() throws IOException {
    Path file = Files.writeString(root.resolve("metrics.csv"), "epoch,step,x\n");
    assertThatThrownBy(() -> MetricsCsv.resume(file, METRICS, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("metrics.csv", "train_loss", "found [epoch, step, x]");
    Files.writeString(file, "epoch,step,train_loss,test_accuracy\none,10,1,1\n");
    assertThatThrownBy(() -> MetricsCsv.resume(file, METRICS, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("one");
    Files.writeString(file, "");
    assertThatThrownBy(() -> MetricsCsv.resume(file, METRICS, 1)).hasMessageContaining("none");
    assertThatThrownBy(() -> MetricsCsv.create(file.resolve("x"), METRICS))
        .isInstanceOf(OutputException.class);
  }

  @Test
  void columnsAreReadBack() {
    Path file = root.resolve("metrics.csv");
    try (MetricsCsv csv = MetricsCsv.create(file, List.of("train_loss", "validation_loss"))) {
      csv.append(1, 10, Map.of("train_loss", 0.5, "validation_loss", 0.75));
      csv.append(2, 20, Map.of("train_loss", 0.25));
    }
    Map<String, double[]> columns = MetricsCsv.read(file);
    assertThat(columns.keySet()).containsExactly("epoch", "step", "train_loss", "validation_loss");
    assertThat(columns.get("step")).containsExactly(10, 20);
    assertThat(columns.get("train_loss")).containsExactly(0.5, 0.25);
    assertThat(columns.get("validation_loss")).containsExactly(0.75, Double.NaN);
    assertThatThrownBy(() -> MetricsCsv.read(root.resolve("none.csv")))
        .isInstanceOf(DataException.class);
  }
}
