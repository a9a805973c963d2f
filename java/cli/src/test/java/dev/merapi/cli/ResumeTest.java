package dev.merapi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code train --resume} on a job with 12 steps an epoch. */
class ResumeTest {
  private static final String[] JOB = {
    "train",
    "xor",
    "--device",
    "cpu",
    "--json",
    "--set",
    "data.validation=0.25",
    "--set",
    "optimizer.adam.learningRate=0.01",
    "--set",
    "checkpoint.everySteps=5",
    "--set",
    "checkpoint.keep=100"
  };

  @TempDir private static Path once;
  private static RunFiles whole;

  @TempDir private Path folder;
  private Cli cli;

  @BeforeAll
  static void trainWithoutAStop() {
    assertThat(train(Cli.in(once), "whole", "--epochs", "4").code()).isZero();
    whole = new RunFiles(once.resolve("whole"));
  }

  @BeforeEach
  void makeCli() {
    cli = Cli.in(folder);
  }

  private static Cli.Result train(Cli cli, String out, String... more) {
    List<String> arguments = new ArrayList<>(List.of(JOB));
    arguments.addAll(List.of("--out", out));
    arguments.addAll(List.of(more));
    return cli.run(arguments.toArray(String[]::new));
  }

  private Cli.Result train(String out, String... more) {
    return train(cli, out, more);
  }

  private RunFiles run(String out, String... more) {
    assertThat(train(out, more).code()).isZero();
    return new RunFiles(folder.resolve(out));
  }

  private RunFiles copy() throws IOException {
    return whole.copyTo(folder.resolve("run"));
  }

  private void requireTheSameEnd(RunFiles run) throws IOException {
    assertThat(run.weights()).isEqualTo(whole.weights());
    assertThat(run.metrics()).isEqualTo(whole.metrics()).hasSize(1 + 4);
    assertThat(run.names())
        .containsExactly(
            ".lock",
            "checkpoints",
            "metrics.csv",
            "metrics.jsonl",
            "tensorboard",
            "weights.safetensors");
  }

  @Test
  void checkpointsAreWrittenEverySoManyStepsAndAtTheEndsOfEpochs() {
    assertThat(whole.checkpoints())
        .containsExactly(
            "000005", "000010", "000012", "000015", "000020", "000024", "000025", "000030",
            "000035", "000036", "000040", "000045", "000048");
  }

  /** In the middle of an epoch, and at its end: rows that were written later are dropped. */
  @ParameterizedTest
  @ValueSource(strings = {"000005", "000020", "000024", "000045"})
  void goesOnToTheSameBytesAndMetrics(String checkpoint) throws IOException {
    RunFiles run = copy();
    run.rewindTo(checkpoint);
    Cli.Result resumed = train("run", "--epochs", "4", "--resume");
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(resumed.err())
        .contains("going on from step " + Integer.parseInt(checkpoint))
        .doesNotContain("bits may differ");
    assertThat(resumed.json().get("steps").asInt()).isEqualTo(48);
    requireTheSameEnd(run);
  }

  /** A checkpoint of an epoch's last step that a kill kept from becoming that of its end. */
  @Test
  void anEpochHasOneRow() throws IOException {
    RunFiles run = run("run", "--epochs", "4", "--set", "checkpoint.everySteps=6");
    assertThat(run.checkpoints()).endsWith("000036", "000042", "000048");
    run.rewindTo("000042");
    train("run", "--epochs", "4", "--resume");
    requireTheSameEnd(run);
  }

  @Test
  void aFinishedRunGivesItsResultAgain() throws IOException {
    RunFiles run = copy();
    Cli.Result again = train("run", "--epochs", "4", "--resume");
    assertThat(again.code()).isZero();
    assertThat(again.json().get("steps").asInt()).isEqualTo(48);
    assertThat(again.json().get("test_loss"))
        .isEqualTo(cli.run("eval", "xor", "--from", "run", "--json").json().get("test_loss"));
    assertThat(run.folder().resolve("metrics.csv"))
        .hasSameBinaryContentAs(whole.folder().resolve("metrics.csv"));
    requireTheSameEnd(run);
  }

  @Test
  void epochsMayGrowAndNotShrink() throws IOException {
    RunFiles run = run("run", "--epochs", "2");
    assertThat(train("run", "--epochs", "4", "--resume").code()).isZero();
    requireTheSameEnd(run);
    Cli.Result fewer = train("run", "--epochs", "3", "--resume");
    assertThat(fewer.code()).isEqualTo(2);
    assertThat(fewer.err()).contains("000048: is of epoch 4").contains("found 3");
    requireTheSameEnd(run);
  }

  @Test
  void withoutACheckpointItStartsAfreshAndSaysSo() throws IOException {
    Cli.Result afresh = train("new", "--epochs", "4", "--resume");
    assertThat(afresh.code()).isZero();
    assertThat(afresh.err()).contains("no checkpoint to go on from; starting afresh");
    requireTheSameEnd(new RunFiles(folder.resolve("new")));
  }

  /** What was left out of the command line is the newest run of the job. */
  @Test
  void goesOnWithTheNewestRun() throws IOException {
    for (int i = 0; i < 2; i++) {
      cli.run("train", "xor", "--epochs", "2");
    }
    RunFiles newest = new RunFiles(folder.resolve("runs/xor/2"));
    newest.rewindTo("000016");
    Cli.Result resumed = cli.run("train", "xor", "--epochs", "2", "--resume", "--json");
    assertThat(resumed.json().get("out").asText()).endsWith("runs/xor/2");
    assertThat(newest.weights()).isEqualTo(new RunFiles(folder.resolve("runs/xor/1")).weights());
    assertThat(folder.resolve("runs/xor/3")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "seed=7, 'seed: 42', 'seed: 7'",
    "optimizer.adam.learningRate=0.5, 'optimizer: Adam', 'optimizer: Adam'",
    "data.batch=32, 'batch: 16', 'batch: 32'",
    "metrics=[], 'metrics: [Accuracy', 'metrics: []'",
    "data.validation=0.5, 'data: 192 of xor', 'data: 128 of xor'",
    "'model={mlp: {hidden: [9], activation: tanh}}', 'fc1.bias: F32[8]', 'fc1.bias: F32[9]'"
  })
  void anotherTrainingIsRefusedWithALineForEachDifference(String setting, String before, String now)
      throws IOException {
    RunFiles run = copy();
    Cli.Result refused = train("run", "--epochs", "5", "--resume", "--set", setting);
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err().lines())
        .anyMatch(line -> line.matches("merapi: .*/000048: is of another training .*"))
        .anyMatch(line -> line.startsWith("- " + before))
        .anyMatch(line -> line.startsWith("+ " + now));
    requireTheSameEnd(run);
    assertThat(run.checkpoints()).isEqualTo(whole.checkpoints());
  }

  @Test
  void aDamagedCheckpointIsReportedSkippedAndReplaced() throws IOException {
    RunFiles run = copy();
    damage(run, "000048");
    Cli.Result resumed = train("run", "--epochs", "4", "--resume");
    assertThat(resumed.code()).isZero();
    assertThat(resumed.err())
        .containsPattern("skipped a checkpoint: .*000048/weights.safetensors: is damaged")
        .contains("going on from step 45");
    requireTheSameEnd(run);
    assertThat(train("run", "--epochs", "4", "--resume").err())
        .contains("going on from step 48")
        .doesNotContain("skipped");
  }

  /** They may be another Merapi's: to start afresh would remove them. */
  @Test
  void onlyDamagedCheckpointsAreAnError() throws IOException {
    RunFiles run = copy();
    List<String> before = run.checkpoints();
    for (String checkpoint : before) {
      damage(run, checkpoint);
    }
    Cli.Result refused = train("run", "--epochs", "4", "--resume");
    assertThat(refused.code()).isEqualTo(4);
    assertThat(refused.err())
        .contains("expected a whole checkpoint, found none among " + before.size());
    assertThat(run.checkpoints()).isEqualTo(before);
  }

  /** Damaged ones of later steps do not count among those that stay. */
  @Test
  void newCheckpointsOutliveDamagedOnesOfLaterSteps() throws IOException {
    RunFiles run = copy();
    run.rewindTo("000040");
    damage(run, "000036");
    damage(run, "000040");
    // the next one is that of step 48, and those of 36 and 40 are not written again
    Cli.Result resumed =
        train("run", "--epochs", "4", "--resume", "--set", "checkpoint={everySteps: 46, keep: 1}");
    assertThat(resumed.err()).contains("going on from step 35");
    assertThat(run.checkpoints()).contains("000048");
    requireTheSameEnd(run);
  }

  private static void damage(RunFiles run, String checkpoint) throws IOException {
    Path weights = run.folder().resolve("checkpoints/" + checkpoint + "/weights.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);
  }

  @Test
  void goingOnAndOverwritingExcludeEachOther() {
    Cli.Result both = train("run", "--resume", "--overwrite");
    assertThat(both.code()).isEqualTo(2);
    assertThat(both.err()).contains("use one");
  }
}
