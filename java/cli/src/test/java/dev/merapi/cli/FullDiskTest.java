package dev.merapi.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Places that cannot be written any more, in the middle of a training. */
class FullDiskTest {
  /** No file may grow beyond 100 or 200 kB, by the shell's unit; a checkpoint has two of 400 kB. */
  private static final List<String> LIMITED =
      List.of("sh", "-c", "ulimit -f 200; exec \"$@\"", "sh");

  @TempDir private Path folder;
  private Cli cli;

  @BeforeEach
  void makeCli() {
    cli = Cli.in(folder);
  }

  private RunFiles run(String out) {
    return new RunFiles(folder.resolve(out));
  }

  private static String[] job(String out, int epochs, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("train", "xor", "--device", "reference", "--out", out));
    arguments.addAll(List.of("--epochs", Integer.toString(epochs)));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private static String[] large(String out, int epochs, String... more) {
    String[] arguments = job(out, epochs, more);
    String[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--set";
    all[arguments.length + 1] = "model={mlp: {hidden: [20000], activation: tanh}}";
    return all;
  }

  /** One line, after those that say how far it had come. */
  private static void requireOneLine(String err, String pattern) {
    assertThat(err.lines().filter(line -> line.startsWith("merapi: ")))
        .singleElement()
        .asString()
        .matches("merapi: " + pattern);
    assertThat(err).doesNotContain("\tat ").doesNotContain("Exception");
  }

  @Test
  void aFullDiskLeavesTheLastCheckpoint() throws Exception {
    assertThat(cli.run(large("whole", 4)).code()).isZero();
    assertThat(cli.run(large("run", 2)).code()).isZero();
    byte[] weights = run("run").weights();
    try (CliProcess process = CliProcess.start(folder, LIMITED, large("run", 4, "--resume"))) {
      assertThat(process.exitCode()).as(process.err()).isEqualTo(1);
      requireOneLine(
          process.err(), ".*/weights.safetensors: cannot be written \\(File too large\\)");
    }
    assertThat(run("run").checkpoints()).containsExactly("000016", "000032");
    assertThat(run("run").weights()).isEqualTo(weights);
    try (Stream<Path> files = Files.walk(folder.resolve("run"))) {
      assertThat(files).noneMatch(file -> file.toString().endsWith(".tmp"));
    }
    assertThat(cli.run(large("run", 4, "--resume")).code()).isZero();
    assertThat(run("run").weights()).isEqualTo(run("whole").weights());
    assertThat(run("run").metrics()).isEqualTo(run("whole").metrics());
  }

  /** Without a checkpoint to go on from, nothing stays. */
  @Test
  void aDiskThatIsFullFromTheStartKeepsNothing() throws Exception {
    try (CliProcess process = CliProcess.start(folder, LIMITED, large("runs/new", 4))) {
      assertThat(process.exitCode()).as(process.err()).isEqualTo(1);
      requireOneLine(
          process.err(), ".*/weights.safetensors: cannot be written \\(File too large\\)");
    }
    assertThat(folder.resolve("runs")).doesNotExist();
  }

  /**
   * The whole folder, or that of the checkpoints: it is not made anew with a part of the training.
   */
  @ParameterizedTest
  @CsvSource({"run, 1000000", "run, 5", "run/checkpoints, 5"})
  void aFolderThatVanishesEndsTheTraining(String vanishing, int everySteps) throws Exception {
    Path moved = folder.resolve("moved");
    String[] endless =
        job("run", 1_000_000, "--set", "checkpoint={everySteps: " + everySteps + ", keep: 2}");
    try (CliProcess process = CliProcess.start(folder, endless)) {
      process.await("checkpoints", () -> run("run").checkpoints().size() > 1);
      Files.move(folder.resolve(vanishing), moved);
      assertThat(process.exitCode()).as(process.err()).isEqualTo(1);
      requireOneLine(
          process.err(),
          ".*run: has vanished while a training wrote to it"
              + "|.*run/(checkpoints|metrics).*(cannot be written|cannot be removed) .*");
    }
    assertThat(folder.resolve(vanishing)).doesNotExist();
    Path run = folder.resolve("again");
    if (vanishing.equals("run")) {
      Files.move(moved, run);
    } else {
      Files.createDirectories(run);
      Files.move(moved, run.resolve("checkpoints"));
    }
    Cli.Result wrong = cli.run(job("again", 1, "--resume"));
    assertThat(wrong.err()).doesNotContain("skipped").contains("again/checkpoints/");
  }

  @Test
  void aReadOnlyFolderLeavesTheLastCheckpoint() throws Exception {
    Path checkpoints = folder.resolve("run/checkpoints");
    assertThat(cli.run(job("run", 2)).code()).isZero();
    Files.setPosixFilePermissions(checkpoints, PosixFilePermissions.fromString("r-xr-xr-x"));
    try {
      assumeFalse(Files.isWritable(checkpoints), "root may write everywhere");
      Cli.Result result = cli.run(job("run", 4, "--resume"));
      assertThat(result.code()).isEqualTo(1);
      requireOneLine(result.err(), ".*/000048: cannot be written \\(permission denied\\)");
      assertThat(run("run").checkpoints()).containsExactly("000016", "000032");
    } finally {
      Files.setPosixFilePermissions(checkpoints, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }
}
