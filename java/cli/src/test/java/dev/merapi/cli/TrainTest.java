package dev.merapi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.merapi.core.runtime.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code train} and {@code eval} on the job that needs no data and takes a second. */
class TrainTest {
  /** The best device that there is here. */
  private static final String DEVICE = Backends.choose("auto").provider().id();

  @TempDir Path folder;

  @Test
  void theMlpSolvesXorAndEndsWithOneLineOfJson() throws IOException {
    Cli.Result result = Cli.in(folder).run("train", "xor", "--json");
    assertThat(result.code()).isZero();
    JsonNode json = result.json();
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly(
            "job",
            "device",
            "parameters",
            "epochs",
            "steps",
            "train_loss",
            "test_loss",
            "test_accuracy",
            "samples_per_s",
            "wall_s",
            "peak_rss_mb",
            "device_mb",
            "out");
    assertThat(json.get("job").asText()).isEqualTo("xor");
    assertThat(json.get("device").asText()).isEqualTo(DEVICE);
    assertThat(json.get("parameters").asInt()).isEqualTo(2 * 8 + 8 + 8 * 2 + 2);
    assertThat(json.get("test_accuracy").asDouble()).isEqualTo(1);
    assertThat(result.err())
        .contains("device auto: chose " + DEVICE)
        .contains("training data: xor train, 256 samples")
        .contains("epoch 1/");
  }

  /** The test points are those that are known, so each is its own nearest neighbour. */
  @Test
  void anEmbeddingIsEvaluatedByNearestNeighbours() throws IOException {
    Files.writeString(
        folder.resolve("pairs.yaml"),
        """
        model: {siamese: {tower: [{dense: {units: 4}}, tanh, {dense: {units: 2}}]}}
        data:
          train: {dataset: {pairs: {dataset: xor}}}
          test: {dataset: {pairs: {dataset: xor}}}
        loss: contrastive
        metrics: pairAccuracy
        epochs: 2
        """);
    Cli cli = Cli.in(folder);
    Cli.Result trained = cli.run("train", "pairs.yaml", "--json");
    assertThat(trained.code()).as(trained.err()).isZero();
    JsonNode json = cli.run("eval", "pairs.yaml", "--json").json();
    assertThat(json.get("test_pair_accuracy").asDouble())
        .isEqualTo(trained.json().get("test_pair_accuracy").asDouble())
        .isBetween(0.0, 1.0);
    assertThat(json.get("test_nearest_neighbor_accuracy").asDouble()).isEqualTo(1);
  }

  /** Each task has its own metrics. */
  @Test
  void severalTasksAreTrained() throws IOException {
    Cli.Result result =
        Cli.in(folder)
            .run(
                "train",
                "multi-task-digits",
                "--set",
                "data.train.dataset.grouped.dataset={synthetic-digits: {train: 200}}",
                "--set",
                "data.test.dataset.grouped.dataset={synthetic-digits: {test: 50}}",
                "--epochs",
                "2",
                "--json");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.json().get("test_digit_accuracy").asDouble()).isBetween(0.0, 1.0);
    assertThat(result.json().get("test_odd_accuracy").asDouble()).isGreaterThan(0.5);
  }

  /** No line separates the four points, so a linear model gets at most three of them right. */
  @Test
  void aLinearModelCannotSolveXor() throws IOException {
    Cli.Result result =
        Cli.in(folder).run("train", "xor", "--set", "model=softmax-regression", "--json");
    assertThat(result.json().get("test_accuracy").asDouble()).isLessThanOrEqualTo(0.75);
  }

  /** The perceptron's learning rule ends for and and or; xor it gets three points of at most. */
  @ParameterizedTest
  @CsvSource({"and,1,1", "or,1,1", "xor,0,0.75"})
  void aPerceptronLearnsGatesButNotXor(String gate, double least, double most) throws IOException {
    JsonNode json =
        Cli.in(folder)
            .run(
                "train",
                "perceptron",
                "--set",
                "data.train.dataset.logic.gate=" + gate,
                "--set",
                "data.test.dataset.logic.gate=" + gate,
                "--json")
            .json();
    assertThat(json.get("parameters").asInt()).isEqualTo(3);
    assertThat(json.get("test_binary_accuracy").asDouble()).isBetween(least, most);
  }

  @Test
  void writesWeightsAndMetricsToTheNextFreeFolder() throws IOException {
    Cli cli = Cli.in(folder);
    cli.run("train", "xor", "--epochs", "2", "--set", "data.validation=0.25");
    cli.run("train", "xor", "--epochs", "2", "--set", "data.validation=0.25");
    Path first = folder.resolve("runs/xor/1");
    Path second = folder.resolve("runs/xor/2");
    assertThat(first.resolve("weights.safetensors"))
        .hasSameBinaryContentAs(second.resolve("weights.safetensors"));
    List<String> lines = Files.readAllLines(first.resolve("metrics.csv"));
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0))
        .isEqualTo(
            "epoch,step,train_loss,gradient_norm,samples_per_s,validation_loss,validation_accuracy");
    assertThat(lines.get(2)).startsWith("2,24,");
    List<String> objects = Files.readAllLines(first.resolve("metrics.jsonl"));
    assertThat(objects).hasSize(2);
    JsonNode last = new ObjectMapper().readTree(objects.get(1));
    assertThat(last.fieldNames()).toIterable().containsExactly(lines.get(0).split(","));
    assertThat(last.get("step").asInt()).isEqualTo(24);
    assertThat(lines.get(2)).contains("," + last.get("validation_loss").asDouble() + ",");
  }

  @Test
  void theSummaryTellsTheBestCheckpoint() throws IOException {
    JsonNode json =
        Cli.in(folder)
            .run("train", "xor", "--epochs", "3", "--json", "--set", "data.validation=0.25")
            .json();
    List<JsonNode> epochs = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("runs/xor/1/metrics.jsonl"))) {
      epochs.add(new ObjectMapper().readTree(line));
    }
    JsonNode best =
        Collections.min(
            epochs, Comparator.comparingDouble(e -> e.get("validation_loss").asDouble()));
    assertThat(json.get("best_step")).isEqualTo(best.get("step"));
    assertThat(json.get("best_loss")).isEqualTo(best.get("validation_loss"));
    assertThat(json.get("peak_rss_mb").asDouble()).isPositive();
    assertThat(json.get("device_mb").asDouble()).isPositive();
  }

  @Test
  void anotherSeedGivesOtherWeights() {
    Cli cli = Cli.in(folder);
    cli.run("train", "xor", "--epochs", "1", "--out", "a");
    cli.run("train", "xor", "--epochs", "1", "--out", "b", "--seed", "7");
    assertThat(folder.resolve("a/weights.safetensors"))
        .satisfies(
            a ->
                assertThat(Files.mismatch(a, folder.resolve("b/weights.safetensors")))
                    .isNotEqualTo(-1));
  }

  @Test
  void evaluatesTheNewestRunToTheSameFigures() throws IOException {
    Cli cli = Cli.in(folder);
    cli.run("train", "xor", "--epochs", "1");
    JsonNode trained = cli.run("train", "xor", "--epochs", "3", "--json").json();
    JsonNode evaluated = cli.run("eval", "xor", "--json").json();
    assertThat(evaluated.get("test_loss")).isEqualTo(trained.get("test_loss"));
    assertThat(evaluated.get("test_accuracy")).isEqualTo(trained.get("test_accuracy"));
    assertThat(evaluated.get("from").asText()).endsWith("runs/xor/2");
    assertThat(cli.run("eval", "xor", "--from", "runs/xor/1", "--json").json().get("test_loss"))
        .isNotEqualTo(trained.get("test_loss"));
  }

  @Test
  void aUsedFolderIsKeptUnlessItMayBeOverwritten() {
    Cli cli = Cli.in(folder);
    assertThat(cli.run("train", "xor", "--epochs", "1", "--out", "run").code()).isZero();
    Cli.Result again = cli.run("train", "xor", "--epochs", "1", "--out", "run");
    assertThat(again.code()).isEqualTo(2);
    assertThat(again.err()).contains("run: holds the results of a training");
    Path metrics = folder.resolve("run/metrics.csv");
    assertThat(metrics).content().hasLineCount(2);
    assertThat(cli.run("train", "xor", "--epochs", "2", "--out", "run", "--overwrite").code())
        .isZero();
    assertThat(metrics).content().hasLineCount(3);
    assertThat(folder.resolve("run").toFile().list())
        .containsExactlyInAnyOrder(
            ".lock",
            "metrics.csv",
            "metrics.jsonl",
            "weights.safetensors",
            "checkpoints",
            "tensorboard");
    assertThat(folder.resolve("run/checkpoints").toFile().list())
        .containsExactlyInAnyOrder("000016", "000032");
  }

  /** 256 samples make 5 batches of 50 and one of 6. */
  @Test
  void aSmallerLastBatchCanBeLeftOut() throws IOException {
    String[] train = {"train", "xor", "--epochs", "2", "--json", "--set", "data.batch=50"};
    assertThat(Cli.in(folder).run(train).json().get("steps").asInt()).isEqualTo(12);
    String[] dropping = Arrays.copyOf(train, train.length + 2);
    dropping[train.length] = "--set";
    dropping[train.length + 1] = "data.dropLast=true";
    assertThat(Cli.in(folder).run(dropping).json().get("steps").asInt()).isEqualTo(10);
  }

  @Test
  void whatOnlyCudaCanDoIsTold() {
    Cli cli = Cli.in(folder);
    assertThat(cli.run("train", "xor", "--device", "cpu", "--epochs", "1").err())
        .doesNotContain("changes nothing");
    assertThat(
            cli.run(
                    "train",
                    "xor",
                    "--device",
                    "cpu",
                    "--epochs",
                    "1",
                    "--set",
                    "deterministic=false")
                .err())
        .containsOnlyOnce("deterministic: false changes nothing on cpu");
    assertThat(
            cli.run("train", "xor", "--device", "cpu", "--epochs", "1", "--set", "precision=tf32")
                .err())
        .containsOnlyOnce("precision: tf32 changes nothing on cpu");
    assertThat(
            cli.run("bench", "mlp", "--device", "cpu", "--seconds", "0", "--precision", "tf32")
                .err())
        .containsOnlyOnce("precision: tf32 changes nothing on cpu");
  }

  @Test
  void figuresForPeopleAreRounded() {
    Cli.Result result =
        Cli.in(folder)
            .run("train", "xor", "--epochs", "1", "--set", "optimizer.sgd.learningRate=1e30");
    assertThat(result.out()).containsPattern("train_loss +\\d\\.\\d{1,5}E\\d+\\R");
    assertThat(result.err()).containsPattern("train loss \\d\\.\\d{1,5}E\\d+,");
  }

  @Test
  void settingsReachEveryKey() throws IOException {
    Cli.Result result =
        Cli.in(folder)
            .run(
                "train",
                "xor",
                "--json",
                "--set",
                "optimizer.adam.learningRate=0.05",
                "--set",
                "clip.clipByGlobalNorm.maxNorm=1",
                "--set",
                "metrics=[accuracy, confusionMatrix]",
                "--set",
                "model=[{dense: {units: 6}, name: hidden}, tanh, {dense: {units: 2}}]",
                "--set",
                "precision=f64",
                "--device",
                "reference",
                "--set",
                "data.batch=32");
    assertThat(result.err()).doesNotContain("merapi:");
    assertThat(result.json().get("parameters").asInt()).isEqualTo(2 * 6 + 6 + 6 * 2 + 2);
    assertThat(result.json().get("test_accuracy").asDouble()).isEqualTo(1);
    assertThat(result.json().get("test_confusion_matrix").toString())
        .isEqualTo("[[128.0,0.0],[0.0,128.0]]");
  }
}
