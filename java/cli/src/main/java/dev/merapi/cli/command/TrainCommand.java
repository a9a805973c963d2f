package dev.merapi.cli.command;

import dev.merapi.cli.job.LoadedJob;
import dev.merapi.cli.job.OpenData;
import dev.merapi.cli.job.UsageException;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.train.Evaluation;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingResult;
import dev.merapi.train.io.OutputFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code merapi train JOB}. */
@Command(name = "train", description = "Trains a job and writes its weights and metrics.")
public final class TrainCommand extends JobCommand {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where to write; default: the next free runs/JOB/N.")
  private Path out;

  @Option(names = "--overwrite", description = "Replace the run in --out, once this one is done.")
  private boolean overwrite;

  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training data.")
  private Integer epochs;

  @Option(names = "--seed", paramLabel = "N", description = "Of everything random.")
  private Long seed;

  /** The command in some surroundings. */
  public TrainCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  List<String> shortcuts() {
    List<String> settings = new ArrayList<>();
    if (epochs != null) {
      settings.add("epochs=" + epochs);
    }
    if (seed != null) {
      settings.add("seed=" + seed);
    }
    return settings;
  }

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    if (out != null && out.toString().isEmpty()) {
      throw new UsageException("--out must name a folder, found nothing");
    }
    LoadedJob job = load();
    Backends.Choice device = choose(job);
    OpenData data = job.open(dataDirectories());
    err().println("training data: " + data.train().description());
    err().flush();
    try (Backend backend = device.open();
        Trainer trainer = new Trainer(backend, job.config(data.train()), data.train());
        RunFolder folder = openFolder(job)) {
      Heap.shrink();
      TrainingResult training;
      try (Progress progress = new Progress(err(), surroundings().terminal())) {
        training = trainer.fit(data.train(), data.validation(), progress, folder);
      }
      Evaluation test = data.test() == null ? null : trainer.evaluate(data.test());
      folder.complete(trainer.weights());
      Map<String, Object> result = result(job, backend, trainer, training);
      if (test != null) {
        Figures.put(result, "test_", test);
      }
      result.put("samples_per_s", Json.rounded(training.samplesPerSecond()));
      result.put("wall_s", Json.rounded((System.nanoTime() - start) * 1e-9));
      result.put("out", folder.path().toString());
      report(result, Figures.words(result));
    }
    return 0;
  }

  private RunFolder openFolder(LoadedJob job) throws IOException {
    return out == null
        ? RunFolder.next(resolve(Path.of("runs", job.name())))
        : RunFolder.open(
            resolve(out), overwrite ? OutputFolder.Mode.OVERWRITE : OutputFolder.Mode.NEW);
  }

  private static Map<String, Object> result(
      LoadedJob job, Backend backend, Trainer trainer, TrainingResult training) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("job", job.name());
    result.put("device", backend.device());
    result.put("parameters", trainer.parameters());
    result.put("epochs", training.epochs().size());
    result.put("steps", training.steps());
    result.put("train_loss", training.epochs().get(training.epochs().size() - 1).trainLoss());
    return result;
  }
}
