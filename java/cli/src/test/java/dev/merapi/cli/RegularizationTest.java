package dev.merapi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keys of a job file for regularization. */
class RegularizationTest {
  private static final String JOB =
      """
      model: {mlp: {hidden: [4], activation: tanh}}
      data: {train: {dataset: xor}, batch: 64}
      optimizer: {sgd: {learningRate: 0.1}}
      epochs: 2
      """;

  @TempDir private Path folder;
  private Cli cli;

  @BeforeEach
  void makeCli() {
    cli = Cli.in(folder);
  }

  private Cli.Result train(String keys, String... options) throws IOException {
    Files.writeString(folder.resolve("job.yaml"), JOB + keys);
    List<String> arguments =
        new ArrayList<>(List.of("train", "job.yaml", "--device", "cpu", "--out", "run", "--json"));
    arguments.addAll(List.of(options));
    return cli.run(arguments.toArray(String[]::new));
  }

  @Test
  void aJobMayHaveThemAll() throws IOException {
    Cli.Result result =
        train(
            """
            clip: [clipByValue: {limit: 1}, clipByNorm: {maxNorm: 2}]
            penalty:
              - l1: {factor: 1e-4}
              - l2: {factor: 1e-3, parameters: [fc1, '*.bias']}
              - elasticNet: {l1: 1e-5, l2: 1e-5}
            constraint: [maxNorm: {limit: 2}, clipParameters: {min: -3, max: 3}]
            rates: {fc1: 0.5, '*.bias': 2}
            """);
    assertThat(result.code()).as(result.err()).isZero();
    String checkpoint = Files.readString(folder.resolve("run/checkpoints/000008/checkpoint.json"));
    assertThat(checkpoint)
        .contains("ClipByValue[limit=1.0], ClipByNorm[maxNorm=2.0]")
        .contains("ElasticNet[l1=1.0E-5, l2=1.0E-5, parameters=[]]")
        .contains("MaxNorm[limit=2.0, axis=0, parameters=[]], ClipParameters")
        .contains("{fc1=0.5, *.bias=2.0}");
  }

  @Test
  void oneNeedsNoList() throws IOException {
    Cli.Result result =
        train(
            "clip: {clipByNorm: {maxNorm: 2}}\npenalty: {l2: {factor: 1e-3}}\nconstraint: null\n");
    assertThat(result.code()).as(result.err()).isZero();
  }

  @Test
  void stepsMayTakeSeveralBatchesAndEvaluationsAverages() throws IOException {
    Cli.Result result = train("accumulate: 3\nema: {decay: 0.9, warmUp: true}\n");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.json().get("steps").asInt()).as("of 4 batches an epoch").isEqualTo(2 * 2);
  }

  @Test
  void aTrainingMayEndEarly() throws IOException {
    Cli.Result result =
        train(
            """
            earlyStopping: {patience: 1, metric: validation_accuracy, minDelta: 2}
            reduceOnPlateau: {factor: 0.5, patience: 0}
            """,
            "--epochs",
            "9",
            "--set",
            "data.validation=0.25");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.err()).contains("the weights are those of epoch 1");
    assertThat(result.json().get("best_epoch").asInt()).isEqualTo(1);
    assertThat(result.json().get("steps").asInt()).as("two epochs of 3 steps").isEqualTo(6);
  }

  @Test
  void earlyStoppingNeedsItsMetric() throws IOException {
    Cli.Result result = train("earlyStopping: {}\n");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("one of train_loss, found validation_loss");
  }

  @Test
  void layersWithNoiseAndDroppedConnections() throws IOException {
    Cli.Result result =
        train("", "--set", "model=[gaussianNoise: {stdDev: 0.2}, dropConnect: {units: 2}]");
    assertThat(result.code()).as(result.err()).isZero();
  }

  @Test
  void aPatternThatMeansNothingIsAnError() throws IOException {
    Cli.Result result = train("rates: {conv1: 0.1}\n");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err())
        .contains("rates: 'conv1' is no layer or variable of the model, whose variables are fc1");
  }
}
