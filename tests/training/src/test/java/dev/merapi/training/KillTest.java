package dev.merapi.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.cli.Main;
import dev.merapi.core.runtime.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training that is killed again and again ends as if nothing had happened. */
class KillTest {
  private static final long SEED = Long.getLong("merapi.kill.seed", 5);
  private static final long PATIENCE_SECONDS = 300;
  private static final int STEPS_PER_EPOCH = 256;

  @TempDir private Path folder;

  /** Checkpoints are written nearly all the time, so that most kills fall into one. */
  @Test
  void twentyKillsOnTheCpu() throws Exception {
    assumeTrue(Backends.availability().get("cpu").usable());
    requireTheSameEnd("cpu", 8, 20);
  }

  @Test
  void threeKillsOnCuda() throws Exception {
    StandIn.require();
    requireTheSameEnd("cuda", 2, 3);
  }

  private void requireTheSameEnd(String device, int epochs, int kills) throws Exception {
    String what = "%s, seed %d (-Dmerapi.kill.seed)".formatted(device, SEED);
    Process whole = start(device, epochs, "whole", "checkpoint=null");
    assertThat(exitCode(whole)).as("%s: %s", what, said("whole")).isZero();
    SplittableRandom random = new SplittableRandom(SEED);
    int steps = epochs * STEPS_PER_EPOCH;
    List<String> moments = new ArrayList<>();
    int cut = 0;
    for (int kill = 0; kill < kills; kill++) {
      // of each part of the training a step, and then a moment
      int step = (int) ((kill + random.nextDouble()) * (steps - STEPS_PER_EPOCH / 2) / kills);
      long micros = random.nextLong(20_000);
      boolean early = kill % 5 == 4; // while it starts and reads its checkpoint
      moments.add(early ? 50 * micros + " us" : "step %d and %d us".formatted(step, micros));
      kill(device, epochs, early ? -1 : step, early ? 50 * micros : micros, moments);
      cut += Files.exists(folder.resolve("run/checkpoints")) && hasLeftovers() ? 1 : 0;
    }
    System.out.printf("%s: killed at %s; %d were writing a checkpoint%n", what, moments, cut);
    Process last = start(device, epochs, "run", "checkpoint.everySteps=3");
    assertThat(exitCode(last)).as("%s, %s: %s", what, moments, said("run")).isZero();
    assertThat(folder.resolve("run/weights.safetensors"))
        .as("%s, killed at %s", what, moments)
        .hasSameBinaryContentAs(folder.resolve("whole/weights.safetensors"));
    assertThat(losses("run")).as("%s, %s", what, moments).isEqualTo(losses("whole"));
    assertThat(hasLeftovers()).as("what killed processes left is there").isFalse();
  }

  private boolean hasLeftovers() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("run"))) {
      return files.anyMatch(file -> file.getFileName().toString().endsWith(".tmp"));
    }
  }

  private void kill(String device, int epochs, int step, long micros, List<String> moments)
      throws IOException, InterruptedException {
    Process process = start(device, epochs, "run", "checkpoint.everySteps=3");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (newest() < step) {
      assertThat(process.isAlive())
          .as("runs before it is killed at %s: %s", moments, said("run"))
          .isTrue();
      assertThat(System.nanoTime()).as("time to wait for %s", moments).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(1);
    }
    TimeUnit.MICROSECONDS.sleep(micros);
    process.destroyForcibly().waitFor();
    assertThat(process.exitValue()).as("killed at %s", moments).isEqualTo(128 + 9);
  }

  /** The step of the newest checkpoint, or -1. */
  private long newest() throws IOException {
    Path checkpoints = folder.resolve("run/checkpoints");
    if (!Files.isDirectory(checkpoints)) {
      return -1;
    }
    try (Stream<Path> children = Files.list(checkpoints)) {
      return children
          .map(child -> child.getFileName().toString())
          .filter(name -> name.matches("\\d+"))
          .mapToLong(Long::parseLong)
          .max()
          .orElse(-1);
    }
  }

  /** The column of the loss, epoch by epoch. */
  private List<String> losses(String out) throws IOException {
    return Files.readAllLines(folder.resolve(out).resolve("metrics.csv")).stream()
        .map(line -> line.split(",")[2])
        .toList();
  }

  private Process start(String device, int epochs, String out, String checkpoint)
      throws IOException {
    List<String> arguments =
        List.of(
            "train",
            "xor",
            "--device",
            device,
            "--epochs",
            Integer.toString(epochs),
            "--out",
            out,
            "--resume",
            "--set",
            "data.batch=1",
            "--set",
            "optimizer.adam.learningRate=0.01",
            "--set",
            checkpoint);
    List<String> options =
        List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData");
    List<String> command = JavaProcess.command(options, Main.class, arguments);
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve(out + ".txt").toFile()))
        .start();
  }

  private int exitCode(Process process) throws IOException, InterruptedException {
    boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).as("ends in time").isTrue();
    return process.exitValue();
  }

  /** What the processes have printed to standard error. */
  private String said(String out) throws IOException {
    Path errors = folder.resolve(out + ".txt");
    return Files.exists(errors) ? Files.readString(errors) : "nothing";
  }
}
