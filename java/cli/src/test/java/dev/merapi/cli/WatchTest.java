package dev.merapi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code train} leaves for those who look at it. */
class WatchTest {
  @TempDir Path folder;

  private List<String> names(String path) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(path))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void eventFilesAreWrittenUnlessNobodyWantsThem() throws IOException {
    Cli cli = Cli.in(folder);
    assertThat(cli.run("train", "xor", "--epochs", "1", "--out", "a").code()).isZero();
    assertThat(names("a/tensorboard"))
        .singleElement()
        .asString()
        .startsWith("events.out.tfevents.");
    assertThat(cli.run("train", "xor", "--epochs", "1", "--out", "a", "--overwrite").code())
        .isZero();
    assertThat(names("a/tensorboard")).hasSize(1);
    assertThat(cli.run("train", "xor", "--epochs", "2", "--out", "a", "--resume").code()).isZero();
    assertThat(names("a/tensorboard")).hasSize(2);
    assertThat(cli.run("train", "xor", "--epochs", "1", "--out", "b", "--no-tensorboard").code())
        .isZero();
    assertThat(names("b")).doesNotContain("tensorboard");
    assertThat(folder.resolve("a/weights.safetensors"))
        .satisfies(weights -> assertThat(Files.size(weights)).isPositive());
  }

  @Test
  void aTrainingThatFailsLeavesNoEventFiles() {
    Cli.Result result =
        Cli.in(folder)
            .run("train", "xor", "--out", "new", "--set", "optimizer.sgd.learningRate=1e39");
    assertThat(result.code()).isEqualTo(5);
    assertThat(folder.resolve("new")).doesNotExist();
  }

  @Test
  void aTrainingThatFailsToOverwriteLeavesTheOldEventFiles() throws IOException {
    Cli cli = Cli.in(folder);
    cli.run("train", "xor", "--epochs", "1", "--out", "run", "--profile");
    List<String> events = names("run/tensorboard");
    List<String> files = names("run");
    String[] failing = {
      "train", "xor", "--out", "run", "--overwrite", "--set", "optimizer.sgd.learningRate=1e39"
    };
    assertThat(cli.run(failing).code()).isEqualTo(5);
    assertThat(names("run/tensorboard")).isEqualTo(events);
    assertThat(names("run")).hasSameElementsAs(files);
  }

  /** 2 epochs of 16 steps; each event lies within the training, and none overlaps the next. */
  @Test
  void aProfileIsATableAndATrace() throws IOException {
    Cli.Result result =
        Cli.in(folder).run("train", "xor", "--epochs", "2", "--profile", "--out", "run", "--json");
    assertThat(result.code()).isZero();
    assertThat(result.err())
        .contains("profile on ", "one by one, with a wait after each", "all else")
        .containsPattern("%\\s+[\\d.]+\\s+32\\s+[\\d.]+\\s+wait for data")
        .containsPattern("%\\s+[\\d.]+\\s+2\\s+[\\d.]+\\s+wait for checkpoints")
        .containsPattern("mlp/\\w+  \\w+\\.\\w+");
    JsonNode trace = new ObjectMapper().readTree(folder.resolve("run/profile.json").toFile());
    assertThat(trace.get("otherData").get("events_left_out").asInt()).isZero();
    Map<String, Integer> counts = new HashMap<>();
    double end = 0;
    for (JsonNode event : trace.get("traceEvents")) {
      assertThat(event.get("ph").asText()).isEqualTo("X");
      assertThat(event.get("ts").asDouble()).isGreaterThanOrEqualTo(end - 0.001);
      end = event.get("ts").asDouble() + event.get("dur").asDouble();
      counts.merge(event.get("cat").asText(), 1, Integer::sum);
      counts.merge(event.get("name").asText(), 1, Integer::sum);
    }
    assertThat(counts).containsEntry("wait for data", 32).containsEntry("wait for checkpoints", 2);
    assertThat(counts.get("kernel") % 32).isZero();
  }

  @Test
  void aPortThatIsTakenEndsItBeforeTheTraining() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = "" + taken.getLocalPort();
      Cli.Result result = Cli.in(folder).run("train", "xor", "--prometheus", port);
      assertThat(result.code()).isEqualTo(1);
      assertThat(result.err().lines().filter(line -> line.startsWith("merapi:")))
          .singleElement()
          .asString()
          .contains("--prometheus: cannot listen on 127.0.0.1:" + port);
      assertThat(result.err()).doesNotContain("epoch 1");
      assertThat(folder.resolve("runs")).doesNotExist();
    }
    Cli.Result wrong = Cli.in(folder).run("train", "xor", "--prometheus", "http");
    assertThat(wrong.code()).isEqualTo(2);
    Cli.Result free = Cli.in(folder).run("train", "xor", "--epochs", "1", "--prometheus", "0");
    assertThat(free.code()).isZero();
    assertThat(free.err()).containsPattern("http://127\\.0\\.0\\.1:\\d+/metrics");
  }
}
