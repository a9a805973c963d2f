package dev.merapi.cli.command;

import dev.merapi.cli.job.Devices;
import dev.merapi.cli.job.LoadedJob;
import dev.merapi.cli.job.UsageException;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.explain.LayerStatistics;
import dev.merapi.explain.Probe;
import dev.merapi.explain.Samples;
import dev.merapi.explain.VanishingGradients;
import dev.merapi.train.Evaluation;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.metric.ConfusionMatrix;
import dev.merapi.train.metric.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code merapi explain JOB}. */
@Command(
    name = "explain",
    description = {
      "Shows what trained weights do with a job's test data: statistics of each layer, and pictures"
          + " of filters, activations, saliency, embeddings, confusions and learning curves."
          + " For JOB vanishing-gradients, demonstrates what is left of a gradient after 50"
          + " recurrent steps, with remedies and without."
    })
public final class ExplainCommand extends TrainedJobCommand {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "The folder for the report and the pictures.")
  private Path out;

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many samples to look at (default: ${DEFAULT-VALUE}).")
  private int samples;

  /** The command in some surroundings. */
  public ExplainCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    if (job().equals(Demonstration.NAME)) {
      demonstrate();
      return 0;
    }
    LoadedJob job = load();
    if (samples < 1) {
      throw new UsageException("--samples must be at least 1, found %d", samples);
    }
    Backends.Choice device = choose(job);
    Path from = from(job);
    Map<String, HostTensor> weights = RunFolder.readWeights(from);
    boolean tested = job.options().data().test() != null;
    Dataset data = tested ? job.openTest(dataDirectories()) : job.openTrain(dataDirectories());
    TrainingConfig usual = job.config(data);
    List<Metric> metrics = new ArrayList<>(usual.metrics());
    metrics.remove(new ConfusionMatrix());
    metrics.add(new ConfusionMatrix());
    TrainingConfig config = usual.metrics(metrics);
    Samples drawn = Samples.random(data, samples, config.seed());
    try (Backend backend = device.open();
        Probe probe = open(backend, config, data, weights, from)) {
      ExplainReport report = new ExplainReport(resolve(out));
      LayerStatistics statistics = LayerStatistics.of(probe, drawn);
      ExplainPictures pictures = new ExplainPictures(report, probe, data, drawn);
      pictures.drawAll(evaluate(backend, config, data, weights), from);
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("job", job.name());
      result.put("device", backend.device());
      result.put("from", from.toString());
      result.put("data", (tested ? "test: " : "train: ") + data.description());
      report(report.write(result, statistics), report.words());
    }
    return 0;
  }

  private void demonstrate() {
    Backends.Choice choice = Devices.choose(device() == null ? "auto" : device(), err());
    try (Backend backend = choice.open()) {
      ExplainReport folder = new ExplainReport(resolve(out));
      Demonstration demonstration = new Demonstration(VanishingGradients.of(backend));
      Map<String, Object> result = demonstration.draw(folder, backend.device());
      report(result, demonstration.words(result));
    }
  }

  private static Evaluation evaluate(
      Backend backend, TrainingConfig config, Dataset data, Map<String, HostTensor> weights) {
    try (Trainer trainer = Trainer.forEvaluation(backend, config, data)) {
      trainer.loadWeights(weights);
      return trainer.evaluate(data);
    }
  }

  private static Probe open(
      Backend backend,
      TrainingConfig config,
      Dataset data,
      Map<String, HostTensor> weights,
      Path from) {
    try {
      return new Probe(backend, config, data.inputTypes(), weights);
    } catch (GraphException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new UsageException("%s does not fit the job: %s", from, e.getMessage());
    }
  }
}
