package dev.merapi.training;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Tanh;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import dev.merapi.train.Callback;
import dev.merapi.train.EpochResult;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.checkpoint.Checkpointer;
import dev.merapi.train.checkpoint.Checkpoints;
import dev.merapi.train.checkpoint.Environment;
import dev.merapi.train.data.Subset;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.optimizer.Adam;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Memory over a million steps, of a process that trains a tiny model, with an evaluation and a
 * checkpoint after each hundred thousand.
 *
 * @param resident kilobytes of the process after each of them
 * @param heap kilobytes of the Java heap then, behind a collection
 */
record Soak(List<Long> resident, List<Long> heap) {
  private static final int STEPS_PER_EPOCH = 100_000;
  private static final int EPOCHS = 10;
  private static final int BATCH = 4;

  /** Trains in a JVM of its own; its whole heap is resident from the start. */
  static Soak ofProcess(String device) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("soak");
    List<String> options =
        List.of("-XX:+UseSerialGC", "-Xms128m", "-Xmx128m", "-XX:+AlwaysPreTouch");
    List<String> command =
        JavaProcess.command(options, Soak.class, List.of(device, folder.toString()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IllegalStateException("the training failed: " + output);
    }
    String[] lines = output.strip().split("\n");
    return new Soak(numbers(lines[0]), numbers(lines[1]));
  }

  private static List<Long> numbers(String line) {
    return Arrays.stream(line.split(" ")).map(Long::parseLong).toList();
  }

  /** Trains, and prints the numbers. */
  public static void main(String[] arguments) {
    TensorDataset data = exclusiveOr(STEPS_PER_EPOCH * BATCH);
    Subset validation = new Subset(data, IntStream.range(0, 1000).toArray());
    TrainingConfig config =
        TrainingConfig.of(
                "tiny",
                Sequential.of(new Dense(8), new Tanh(), new Dense(2)),
                new SoftmaxCrossEntropy(),
                new Adam(0.001))
            .batch(BATCH)
            .epochs(EPOCHS);
    Watch watch = new Watch(new ArrayList<>(), new ArrayList<>());
    try (Backend backend = Backends.open(arguments[0]);
        Trainer trainer = new Trainer(backend, config, data);
        Checkpointer checkpointer =
            new Checkpointer(
                trainer,
                new Checkpoints(Path.of(arguments[1])),
                new Checkpointer.Options(0, 2, config.settings(), Environment.of(backend)),
                null)) {
      trainer.fit(data, validation, checkpointer, watch);
    }
    System.out.println(line(watch.resident()));
    System.out.println(line(watch.heap()));
  }

  /** Looks at the memory after each epoch. */
  private record Watch(List<Long> resident, List<Long> heap) implements Callback {
    @Override
    public void onEpochEnd(EpochResult result) {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      heap.add((runtime.totalMemory() - runtime.freeMemory()) / 1024);
      resident.add(MemoryGrowth.resident());
    }
  }

  private static String line(List<Long> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(" "));
  }

  private static TensorDataset exclusiveOr(int size) {
    SplittableRandom random = new SplittableRandom(1);
    float[] inputs = new float[2 * size];
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      inputs[2 * i] = random.nextInt(2);
      inputs[2 * i + 1] = random.nextInt(2);
      labels[i] = inputs[2 * i] == inputs[2 * i + 1] ? 0 : 1;
    }
    return new TensorDataset(
        "exclusive or",
        HostTensor.of(Shape.of(size, 2), inputs),
        HostTensor.of(Shape.of(size), labels),
        2);
  }

  /** Whether from the first hundred thousand steps on they grew by less than 5 MB and 0.5 MB. */
  boolean isFlat() {
    return resident.size() == EPOCHS && growth(resident) < 5 * 1024 && growth(heap) < 512;
  }

  private static long growth(List<Long> kilobytes) {
    return kilobytes.stream().mapToLong(Long::longValue).max().orElseThrow() - kilobytes.get(0);
  }

  @Override
  public String toString() {
    return "%,d kB resident after %,d steps, %,d kB after %,d; %,d and %,d kB of Java heap"
        .formatted(
            resident.get(0),
            STEPS_PER_EPOCH,
            resident.get(resident.size() - 1),
            STEPS_PER_EPOCH * EPOCHS,
            heap.get(0),
            heap.get(heap.size() - 1));
  }
}
