package dev.merapi.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trainings as processes that are sent signals. */
class SignalTest {
  /** 256 steps an epoch, of less than a millisecond each. */
  private static final String[] JOB = {"train", "xor", "--device", "cpu", "--set", "data.batch=1"};

  @TempDir private Path folder;

  @BeforeEach
  void requireSignals() {
    assumeTrue(Files.isReadable(Path.of("/proc/self/status")), "signals as Linux has them");
  }

  private static String[] job(int epochs, String... more) {
    List<String> arguments = new ArrayList<>(List.of(JOB));
    arguments.addAll(List.of("--epochs", Integer.toString(epochs)));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private RunFiles run(String out) {
    return new RunFiles(folder.resolve(out));
  }

  /** A process that is started in the background of a shell ignores SIGINT, and so do its own. */
  private static boolean ignoresInterrupts() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .anyMatch(line -> (Long.parseUnsignedLong(line.split("\\s+")[1], 16) >> 1 & 1) == 1);
  }

  @ParameterizedTest
  @CsvSource({"TERM, 143", "INT, 130"})
  void aSignalEndsATrainingWithACheckpoint(String signal, int code) throws Exception {
    assumeFalse(signal.equals("INT") && ignoresInterrupts(), "SIGINT is ignored here");
    Cli cli = Cli.in(folder);
    assertThat(cli.run(job(60, "--out", "whole")).code()).isZero();
    String step;
    try (CliProcess process = CliProcess.start(folder, job(60, "--out", "run"))) {
      process.await("a checkpoint", () -> !run("run").checkpoints().isEmpty());
      process.signal(signal);
      assertThat(process.exitCode()).as(process.err()).isEqualTo(code);
      Matcher told =
          Pattern.compile("interrupted after step (\\d+); go on with --resume --out .*run")
              .matcher(process.err());
      assertThat(told.find()).as(process.err()).isTrue();
      step = told.group(1);
    }
    assertThat(run("run").checkpoints()).endsWith("%06d".formatted(Integer.parseInt(step)));
    assertThat(folder.resolve("run/weights.safetensors")).doesNotExist();
    Cli.Result resumed = cli.run(job(60, "--out", "run", "--resume"));
    assertThat(resumed.err()).contains("going on from step " + step);
    assertThat(run("run").weights()).isEqualTo(run("whole").weights());
    assertThat(run("run").metrics()).isEqualTo(run("whole").metrics()).hasSize(61);
  }

  /**
   * The second one while the step is not done. Where it comes just when a step has been, the
   * training ends as with one; then once more.
   */
  @Test
  void aSecondSignalEndsItAtOnce() throws Exception {
    boolean finished = true;
    for (int attempt = 0; finished && attempt < 5; attempt++) {
      String out = "run" + attempt;
      try (CliProcess process =
          CliProcess.start(
              folder,
              "train",
              "xor",
              "--device",
              "reference",
              "--epochs",
              "1000",
              "--out",
              out,
              "--set",
              "data.batch=256",
              "--set",
              "model={mlp: {hidden: [1000, 300], activation: tanh}}")) {
        process.await("a checkpoint", () -> !run(out).checkpoints().isEmpty());
        process.signal("TERM");
        process.signal("TERM");
        assertThat(process.exitCode()).isEqualTo(143);
        finished = process.err().contains("interrupted after step");
      }
    }
    assertThat(finished).isFalse();
  }

  /** Without a checkpoint to go on from, the training that was overwritten is back. */
  @Test
  void aTrainingThatOverwritesAndIsKilledAtOnceChangesNothing() throws Exception {
    Cli cli = Cli.in(folder);
    assertThat(cli.run(job(60, "--out", "run")).code()).isZero();
    byte[] weights = run("run").weights();
    List<String> metrics = run("run").metrics();
    List<String> checkpoints = run("run").checkpoints();
    String[] overwriting =
        job(100_000, "--out", "run", "--overwrite", "--seed", "7", "--set", "checkpoint=null");
    Path metricsCsv = folder.resolve("run/metrics.csv");
    try (CliProcess process = CliProcess.start(folder, overwriting)) {
      process.await("rows of metrics", () -> rows(metricsCsv) > 70);
      process.signal("KILL");
      assertThat(process.exitCode()).isEqualTo(128 + 9);
    }
    assertThat(run("run").names()).contains(".replaced");
    Cli.Result resumed = cli.run(job(60, "--out", "run", "--resume"));
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(run("run").weights()).isEqualTo(weights);
    assertThat(run("run").metrics()).isEqualTo(metrics);
    assertThat(run("run").checkpoints()).isEqualTo(checkpoints);
    assertThat(run("run").names())
        .containsExactly(
            ".lock",
            "checkpoints",
            "metrics.csv",
            "metrics.jsonl",
            "tensorboard",
            "weights.safetensors");
  }

  private static int rows(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file).size() : 0;
    } catch (IOException e) {
      return 0; // it is just being replaced
    }
  }

  /** With a checkpoint, that is what one goes on from; only its end removes what was before. */
  @Test
  void aTrainingThatOverwritesAndIsKilledLaterGoesOn() throws Exception {
    Cli cli = Cli.in(folder);
    assertThat(cli.run(job(1, "--out", "run")).code()).isZero();
    assertThat(cli.run(job(60, "--out", "whole", "--seed", "7")).code()).isZero();
    try (CliProcess process =
        CliProcess.start(folder, job(60, "--out", "run", "--overwrite", "--seed", "7"))) {
      process.await("later checkpoints", () -> run("run").checkpoints().contains("000768"));
      process.signal("KILL");
      assertThat(process.exitCode()).isEqualTo(128 + 9);
    }
    assertThat(run("run").names()).contains(".replaced").doesNotContain("weights.safetensors");
    assertThat(cli.run(job(60, "--out", "run", "--resume", "--seed", "7")).code()).isZero();
    assertThat(run("run").weights()).isEqualTo(run("whole").weights());
    assertThat(run("run").metrics()).isEqualTo(run("whole").metrics());
    assertThat(run("run").names())
        .containsExactly(
            ".lock",
            "checkpoints",
            "metrics.csv",
            "metrics.jsonl",
            "tensorboard",
            "weights.safetensors");
  }
}
