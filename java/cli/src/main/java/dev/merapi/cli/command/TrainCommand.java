package dev.merapi.cli.command;

import dev.merapi.cli.job.CheckpointOptions;
import dev.merapi.cli.job.Init;
import dev.merapi.cli.job.LoadedJob;
import dev.merapi.cli.job.OpenData;
import dev.merapi.cli.job.UsageException;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.train.Callback;
import dev.merapi.train.EpochResult;
import dev.merapi.train.Evaluation;
import dev.merapi.train.LoadReport;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingResult;
import dev.merapi.train.checkpoint.Best;
import dev.merapi.train.checkpoint.Checkpoint;
import dev.merapi.train.checkpoint.Checkpointer;
import dev.merapi.train.checkpoint.Environment;
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
  private static final double MEGABYTE = 1024 * 1024;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where to write; default: the next free runs/JOB/N.")
  private Path out;

  @Option(names = "--overwrite", description = "Replace the run in --out, once this one is done.")
  private boolean overwrite;

  @Option(
      names = "--resume",
      description = "Go on from the newest whole checkpoint in --out, or of the newest run.")
  private boolean resume;

  @Option(
      names = "--init",
      paramLabel = "PATH",
      description = "Begin with the weights of a file, a run's folder or a checkpoint.")
  private Path init;

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
    if (init != null) {
      settings.add("init.from='" + init.toString().replace("'", "''") + "'");
    }
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
    if (resume && overwrite) {
      throw new UsageException("--resume goes on with a run and --overwrite replaces it: use one");
    }
    LoadedJob job = load();
    Backends.Choice device = choose(job);
    OpenData data = job.open(dataDirectories());
    say("training data: " + data.train().description());
    try (Backend backend = device.open();
        Trainer trainer = new Trainer(backend, job.config(data.train()), data.train());
        RunFolder folder = openFolder(job)) {
      Heap.shrink();
      Map<String, String> settings = job.config(data.train()).settings();
      settings.put("data", data.train().description());
      if (data.validation() != null) {
        settings.put("validation", data.validation().description());
      }
      if (job.options().init() != null) {
        settings.put("init", job.options().init().toString());
      }
      Map<String, String> environment = Environment.of(backend);
      int wanted = job.options().epochs();
      Checkpoint from = resume ? resume(wanted, folder, trainer, settings, environment) : null;
      if (from == null && job.options().init() != null) {
        initialize(trainer, job.options().init());
      }
      TrainingResult training;
      Best best = null;
      try (Interrupts interrupts = new Interrupts()) {
        interrupts.onInterrupt(() -> stop(trainer));
        try (Checkpointer checkpointer =
            checkpointer(job, trainer, folder, settings, environment, from)) {
          training = fit(trainer, data, folder, checkpointer);
          if (!training.complete()) {
            return interrupted(interrupts, training, folder, checkpointer);
          }
          best = checkpointer == null ? null : checkpointer.best();
        }
      }
      Evaluation test = data.test() == null ? null : trainer.evaluate(data.test());
      folder.complete(trainer.weights());
      Map<String, Object> result = result(job, backend, trainer, training);
      if (test != null) {
        Figures.put(result, "test_", test);
      }
      result.put("samples_per_s", Json.rounded(training.samplesPerSecond()));
      result.put("wall_s", Json.rounded((System.nanoTime() - start) * 1e-9));
      result.put("peak_rss_mb", Json.rounded(ResidentMemory.peakMegabytes()));
      result.put("device_mb", Json.rounded(deviceMegabytes(trainer)));
      if (best != null) {
        result.put("best_step", best.step());
        result.put("best_loss", best.loss());
      }
      result.put("out", folder.path().toString());
      report(result, Figures.words(result));
    }
    return 0;
  }

  /** What the training step takes of the device's memory, as planned. */
  private static double deviceMegabytes(Trainer trainer) {
    return trainer.trainingProgram().memory().totalBytes() / MEGABYTE;
  }

  private void stop(Trainer trainer) {
    trainer.stop();
    say("stopping after this step; a second signal ends at once");
  }

  private void say(String line) {
    err().println(line);
    err().flush();
  }

  private RunFolder openFolder(LoadedJob job) throws IOException {
    Path runs = resolve(Path.of("runs", job.name()));
    Path wanted = out != null ? resolve(out) : resume ? RunFolder.latest(runs) : null;
    if (wanted == null) {
      return RunFolder.next(runs);
    }
    return RunFolder.open(
        wanted,
        resume
            ? OutputFolder.Mode.RESUME
            : overwrite ? OutputFolder.Mode.OVERWRITE : OutputFolder.Mode.NEW);
  }

  /** The checkpoint that the trainer goes on from; null when there is none. */
  private Checkpoint resume(
      int epochs,
      RunFolder folder,
      Trainer trainer,
      Map<String, String> settings,
      Map<String, String> environment) {
    Checkpoint from =
        folder
            .checkpoints()
            .newest(damaged -> say("skipped a checkpoint: " + damaged.getMessage()))
            .orElse(null);
    if (from == null) {
      say(folder.path() + ": no checkpoint to go on from; starting afresh");
      return null;
    }
    from.restore(trainer, settings);
    int begun = from.position().epoch() - (from.position().batches() == 0 ? 1 : 0);
    if (begun > epochs) {
      throw new UsageException(
          "%s: is of epoch %d; expected a training of as many epochs or more, found %d",
          from.folder(), begun, epochs);
    }
    from.environmentDifferences(environment)
        .forEach(line -> say("not as when the checkpoint was written, bits may differ: " + line));
    folder.resumed(from.position().epoch());
    say("going on from step %d, %s".formatted(from.step(), from.folder()));
    return from;
  }

  private void initialize(Trainer trainer, Init wanted) {
    Path path = resolve(Path.of(wanted.from()));
    try {
      LoadReport report = trainer.loadWeights(RunFolder.readWeights(path), wanted.strict());
      say("weights from " + path + ": " + report);
    } catch (IllegalArgumentException e) {
      String hint = wanted.strict() ? " (init.strict=false loads what fits)" : "";
      throw new UsageException("init.from: %s: %s%s", path, e.getMessage(), hint);
    }
  }

  private static Checkpointer checkpointer(
      LoadedJob job,
      Trainer trainer,
      RunFolder folder,
      Map<String, String> settings,
      Map<String, String> environment,
      Checkpoint from) {
    CheckpointOptions wanted = job.options().checkpoint();
    if (wanted == null) {
      return null;
    }
    Checkpointer.Options options =
        new Checkpointer.Options(wanted.everySteps(), wanted.keep(), settings, environment);
    return new Checkpointer(trainer, folder.checkpoints(), options, from);
  }

  private TrainingResult fit(
      Trainer trainer, OpenData data, RunFolder folder, Checkpointer checkpointer) {
    try (Progress progress =
            new Progress(err(), surroundings().terminal(), deviceMegabytes(trainer));
        Heartbeat heartbeat = new Heartbeat(surroundings().environment(), err())) {
      List<Callback> callbacks = new ArrayList<>(List.of(progress, heartbeat, folder));
      if (checkpointer != null) {
        folder.begin();
        callbacks.add(checkpointer);
      }
      return trainer.fit(data.train(), data.validation(), callbacks.toArray(Callback[]::new));
    }
  }

  /** Keeps what there is of a training that a signal stopped. */
  private int interrupted(
      Interrupts interrupts, TrainingResult training, RunFolder folder, Checkpointer checkpointer) {
    String kept = "";
    if (checkpointer != null) {
      if (checkpointer.newest() != training.steps()) {
        checkpointer.take(training.steps());
      }
      checkpointer.await();
      kept = "; go on with --resume --out " + folder.path();
    }
    say("interrupted after step " + training.steps() + kept);
    return interrupts.exitCode();
  }

  private static Map<String, Object> result(
      LoadedJob job, Backend backend, Trainer trainer, TrainingResult training) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("job", job.name());
    result.put("device", backend.device());
    result.put("parameters", trainer.parameters());
    result.put("epochs", job.options().epochs());
    result.put("steps", training.steps());
    List<EpochResult> epochs = training.epochs();
    if (!epochs.isEmpty()) {
      result.put("train_loss", epochs.get(epochs.size() - 1).trainLoss());
    }
    return result;
  }
}
