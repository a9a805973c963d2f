package dev.merapi.training;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.train.Callback;
import dev.merapi.train.Trainer;
import dev.merapi.train.data.Subset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Resident memory over ten thousand steps, of a process that does nothing else.
 *
 * @param before kilobytes after the warm-up
 * @param after kilobytes after the last step
 */
record MemoryGrowth(long before, long after) {
  static final int STEPS_PER_EPOCH = 500;
  private static final int WARM_UP = 1_000;
  private static final int STEPS = 10_000;
  private static final int BATCH = 16;

  /** Trains in a JVM of its own; its whole heap is resident from the start. */
  static MemoryGrowth ofProcess(String job, String device)
      throws IOException, InterruptedException {
    List<String> command =
        JavaProcess.command(
            List.of("-XX:+UseSerialGC", "-Xms128m", "-Xmx128m", "-XX:+AlwaysPreTouch"),
            MemoryGrowth.class,
            List.of(job, device));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("STAND_IN_NULL", "1");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IllegalStateException("training " + job + " failed: " + output);
    }
    String[] kilobytes = output.strip().split(" ");
    return new MemoryGrowth(Long.parseLong(kilobytes[0]), Long.parseLong(kilobytes[1]));
  }

  /** Trains with an evaluation after each epoch, and prints what was resident. */
  public static void main(String[] arguments) {
    Job data =
        arguments[0].equals("lenet5")
            ? Job.lenet5(BATCH, STEPS_PER_EPOCH)
            : Job.charLstm(32, 16, BATCH, STEPS_PER_EPOCH);
    Job job = data.epochs((WARM_UP + STEPS) / STEPS_PER_EPOCH);
    Subset validation = new Subset(job.data(), IntStream.range(0, 10 * BATCH).toArray());
    long[] resident = new long[2];
    try (Backend backend = Backends.open(arguments[1]);
        Trainer trainer = job.trainer(backend)) {
      trainer.fit(
          job.data(),
          validation,
          new Callback() {
            private int steps; // a stand-in that computes nothing counts none

            @Override
            public void onStep(long step) {
              steps++;
              if (steps == WARM_UP || steps == WARM_UP + STEPS) {
                resident[steps == WARM_UP ? 0 : 1] = resident();
              }
            }
          });
    }
    System.out.println(resident[0] + " " + resident[1]);
  }

  /** Kilobytes of this process. */
  static long resident() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether it grew by less than 2 % or 5 MB. */
  boolean isFlat() {
    return before > 0 && after - before < Math.max(before / 50, 5 * 1024);
  }

  @Override
  public String toString() {
    return "%,d kB resident after %,d steps, %,d kB after %,d more"
        .formatted(before, WARM_UP, after, STEPS);
  }
}
