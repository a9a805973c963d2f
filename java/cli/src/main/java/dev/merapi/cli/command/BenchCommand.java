package dev.merapi.cli.command;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.data.Batch;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.TensorDataset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code merapi bench WORKLOAD}: a whole training step on made-up data, again and again. */
@Command(
    name = "bench",
    description = "Times whole training steps of one workload on one device.",
    subcommands = BenchPredictCommand.class)
public final class BenchCommand extends WorkloadCommand {
  /** The part of the time in which steps are not counted: classes load, code is compiled. */
  private static final double WARM_UP = 0.2;

  @Override
  public Integer call() {
    Workload workload = workload();
    Backends.Choice choice = choose();
    TrainingConfig config = config(workload);
    Batch batch = workload.data(config.seed());
    Dataset data = new TensorDataset("made-up data", batch.inputs(), batch.targets(), 0);
    try (Backend backend = choice.open();
        Trainer trainer = new Trainer(backend, config, data)) {
      Heap.shrink();
      Timing timing = new Timing(trainer, batch);
      timing.run(seconds());
      report(backend, trainer, workload, timing);
    }
    return 0;
  }

  private void report(Backend backend, Trainer trainer, Workload workload, Timing timing) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("peer", "merapi");
    result.put("workload", name());
    result.put("device", backend.device());
    result.put("batch", workload.batch());
    result.put("precision", precision());
    result.put("parameters", trainer.parameters());
    result.put("steps", timing.milliseconds.size());
    result.put("samples_per_s", Json.rounded(workload.batch() * timing.stepsPerSecond()));
    result.put("step_ms_median", Json.rounded(timing.median()));
    result.put("first_step_s", Json.rounded(timing.firstStepSeconds));
    result.put("peak_rss_mb", Json.rounded(ResidentMemory.peakMegabytes()));
    result.put(
        "device_mb", Json.rounded(trainer.trainingProgram().memory().totalBytes() / 1048576.0));
    result.put("loss_first", timing.firstLoss);
    result.put("loss_last", timing.lastLoss);
    report(result, Figures.words(result));
  }

  /** Steps on one batch, with the losses and times that they had. */
  private static final class Timing {
    private final Trainer trainer;
    private final Batch batch;
    private final List<Double> milliseconds = new ArrayList<>();
    private double firstStepSeconds;
    private double firstLoss;
    private double lastLoss;
    private double lossSum;
    private int steps;

    Timing(Trainer trainer, Batch batch) {
      this.trainer = trainer;
      this.batch = batch;
    }

    /** At least one step that does not count and one that does. */
    void run(double seconds) {
      long start = System.nanoTime();
      firstLoss = step();
      firstStepSeconds = ProcessAge.seconds();
      while (secondsSince(start) < seconds * WARM_UP) {
        step();
      }
      do {
        long before = System.nanoTime();
        lastLoss = step();
        milliseconds.add(secondsSince(before) * 1000);
      } while (secondsSince(start) < seconds);
    }

    /** Takes a step and waits for it; gives its loss, from the running mean of all. */
    private double step() {
      trainer.step(batch);
      double sum = trainer.requireFinite() * ++steps;
      double loss = sum - lossSum;
      lossSum = sum;
      return loss;
    }

    private static double secondsSince(long start) {
      return (System.nanoTime() - start) * 1e-9;
    }

    double median() {
      List<Double> sorted = new ArrayList<>(milliseconds);
      Collections.sort(sorted);
      int half = sorted.size() / 2;
      return sorted.size() % 2 == 1
          ? sorted.get(half)
          : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    double stepsPerSecond() {
      double total = milliseconds.stream().mapToDouble(Double::doubleValue).sum();
      return milliseconds.size() / (total * 1e-3);
    }
  }
}
