package dev.merapi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses and metrics as job files name them, on the job that takes a second. */
class LossJobsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "multiClassHinge",
        "{multiClassHinge: {form: crammerSinger, squared: true}}",
        "{topKHinge: {k: 1}}",
        "{softmaxCrossEntropy: {labelSmoothing: 0.1, classWeights: [1, 1.5]}}",
        "{softmaxCrossEntropy: {ignoreIndex: -100}}"
      })
  void lossesOfClassesSolveXor(String loss) throws IOException {
    Cli.Result result = Cli.in(folder).run("train", "xor", "--set", "loss=" + loss, "--json");
    assertThat(result.err()).doesNotContain("error");
    assertThat(result.code()).isZero();
    assertThat(result.json().get("test_accuracy").asDouble()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"logistic", "binaryCrossEntropy", "{hinge: {squared: true}}"})
  void lossesOfOneScoreSolveXor(String loss) throws IOException {
    Cli.Result result =
        Cli.in(folder)
            .run(
                "train",
                "xor",
                "--set",
                "model={mlp: {hidden: [8], activation: tanh, classes: 1}}",
                "--set",
                "loss=" + loss,
                "--set",
                "metrics=[accuracy, binaryAccuracy, {recall: {label: 1}}]",
                "--json");
    assertThat(result.code()).isZero();
    JsonNode json = result.json();
    assertThat(json.has("test_accuracy")).as("means nothing for one score").isFalse();
    assertThat(json.get("test_binary_accuracy").asDouble()).isEqualTo(1);
    assertThat(json.get("test_recall_1").asDouble()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"logistic, true", "meanSquaredError, false"})
  void theUsualMetricsAreThoseOfTheLoss(String loss, boolean accuracy) throws IOException {
    Files.writeString(folder.resolve("points.csv"), "x,y\n0,0\n1,1\n0,0\n1,1\n");
    Files.writeString(
        folder.resolve("job.yaml"),
        """
        model: {mlp: {hidden: [], classes: 1}}
        data:
          train: {dataset: {csv: {train: points.csv, regression: true}}}
          test: {dataset: {csv: {train: points.csv, regression: true}}, split: train}
        epochs: 1
        """
            + "loss: "
            + loss);
    Cli.Result result =
        Cli.in(folder).run("train", "job.yaml", "--data", folder.toString(), "--json");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.json().has("test_loss")).isTrue();
    assertThat(result.json().has("test_accuracy")).isFalse();
    assertThat(result.json().has("test_binary_accuracy")).isEqualTo(accuracy);
  }

  @Test
  void wrongOptionsAreToldWithTheirPlace() {
    Cli.Result result =
        Cli.in(folder).run("train", "xor", "--set", "loss={huber: {delta: 0}}", "--json");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("loss.huber: delta must be finite and above 0, found 0.0");
    Cli.Result weights =
        Cli.in(folder)
            .run("train", "xor", "--set", "loss={softmaxCrossEntropy: {classWeights: [1]}}");
    assertThat(weights.code()).isEqualTo(2);
    assertThat(weights.err()).contains("expected classWeights for 2 classes, found 1");
  }
}
