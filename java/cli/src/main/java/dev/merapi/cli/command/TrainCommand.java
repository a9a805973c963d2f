package dev.merapi.cli.command;

import dev.merapi.cli.job.CheckpointOptions;
import dev.merapi.cli.job.Init;
import dev.merapi.cli.job.LoadedJob;
import dev.merapi.cli.job.OpenData;
import dev.merapi.cli.job.UsageException;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Profile;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.train.Callback;
import dev.merapi.train.EpochResult;
import dev.merapi.train.Evaluation;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.TrainingResult;
import dev.merapi.train.checkpoint.Best;
import dev.merapi.train.checkpoint.Checkpoint;
import dev.merapi.train.checkpoint.Checkpointer;
import dev.merapi.train.checkpoint.Environment;
import dev.merapi.train.data.DataException;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.io.OutputFolder;
import dev.merapi.train.tensorboard.TensorBoard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin private WatchOptions watch;

  /** What is at hand while a training runs. */
  private record Run(
      LoadedJob job, OpenData data, Backend backend, Trainer trainer, RunFolder folder) {
    TrainingConfig config() {
      return job.config(data.train());
    }

    /** What the training step takes of the device's memory, as planned. */
    double deviceMegabytes() {
      return trainer.trainingProgram().memory().totalBytes() / MEGABYTE;
    }
  }

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
    TrainingConfig config = job.config(data.train());
    CompileOptions options = CompileOptions.DEFAULT.profile(watch.startProfile());
    try (PrometheusEndpoint prometheus = watch.openPrometheus();
        Backend backend = device.open();
        Trainer trainer = new Trainer(backend, config, data.train(), options);
        RunFolder folder = openFolder(job)) {
      Heap.shrink();
      return train(new Run(job, data, backend, trainer, folder), prometheus, start);
    }
  }

  private int train(Run run, PrometheusEndpoint prometheus, long start) {
    Init init = run.job().options().init();
    Map<String, String> settings = run.config().settings();
    settings.put("data", run.data().train().description());
    if (run.data().validation() != null) {
      settings.put("validation", run.data().validation().description());
    }
    if (init != null) {
      settings.put("init", init.toString());
    }
    Map<String, String> environment = Environment.of(run.backend());
    Checkpoint from = resume ? resume(run, settings, environment) : null;
    if (from == null && init != null) {
      say(InitialWeights.load(run.trainer(), init, surroundings().directory()));
    }
    TrainingResult training;
    Best best;
    try (Interrupts interrupts = new Interrupts()) {
      interrupts.onInterrupt(() -> stop(run.trainer()));
      try (Checkpointer checkpointer = checkpointer(run, settings, environment, from)) {
        training = fit(run, checkpointer, prometheus);
        if (!training.complete()) {
          return interrupted(interrupts, training, run.folder(), checkpointer);
        }
        best = checkpointer == null ? null : checkpointer.best();
      }
    }
    training.bestEpoch().ifPresent(epoch -> say("the weights are those of epoch " + epoch));
    Dataset test = run.data().test();
    Evaluation tested = test == null ? null : run.trainer().evaluate(test);
    run.folder().complete(run.trainer().weights(), run.data().train().vocabularies());
    Map<String, Object> result = result(run, training);
    if (tested != null) {
      Figures.put(result, "test_", tested);
    }
    result.put("samples_per_s", Json.rounded(training.samplesPerSecond()));
    result.put("wall_s", Json.rounded((System.nanoTime() - start) * 1e-9));
    result.put("peak_rss_mb", Json.rounded(ResidentMemory.peakMegabytes()));
    result.put("device_mb", Json.rounded(run.deviceMegabytes()));
    training.bestEpoch().ifPresent(epoch -> result.put("best_epoch", epoch));
    if (best != null) {
      result.put("best_step", best.step());
      result.put("best_loss", best.loss());
    }
    result.put("out", run.folder().path().toString());
    report(result, Figures.words(result));
    return 0;
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
      Run run, Map<String, String> settings, Map<String, String> environment) {
    RunFolder folder = run.folder();
    Checkpoint from =
        folder
            .checkpoints()
            .newest(damaged -> say("skipped a checkpoint: " + damaged.getMessage()))
            .orElse(null);
    if (from == null) {
      requireNone(folder);
      say(folder.path() + ": no checkpoint to go on from; starting afresh");
      return null;
    }
    from.requireVocabularies(run.data().train().vocabularies());
    from.restore(run.trainer(), settings);
    int epochs = run.job().options().epochs();
    int begun = from.position().epoch() - (from.position().batches() == 0 ? 1 : 0);
    if (begun > epochs) {
      throw new UsageException(
          "%s: is of epoch %d; expected a training of as many epochs or more, found %d",
          from.folder(), begun, epochs);
    }
    from.environmentDifferences(environment)
        .forEach(line -> say("not as when the checkpoint was written, bits may differ: " + line));
    folder.resumed(from);
    say("going on from step %d, %s".formatted(from.step(), from.folder()));
    return from;
  }

  /** A training that starts afresh removes older checkpoints, which another Merapi may read. */
  private static void requireNone(RunFolder folder) {
    int unread = folder.checkpoints().folders().size();
    if (unread > 0) {
      throw new DataException(
          "%s: expected a whole checkpoint, found none among %d; --overwrite starts afresh"
              .formatted(folder.path(), unread));
    }
  }

  private static Checkpointer checkpointer(
      Run run, Map<String, String> settings, Map<String, String> environment, Checkpoint from) {
    CheckpointOptions wanted = run.job().options().checkpoint();
    if (wanted == null) {
      return null;
    }
    Checkpointer.Options options =
        new Checkpointer.Options(
            wanted.everySteps(),
            wanted.keep(),
            settings,
            environment,
            run.data().train().vocabularies());
    return new Checkpointer(run.trainer(), run.folder().checkpoints(), options, from);
  }

  private TrainingResult fit(Run run, Checkpointer checkpointer, PrometheusEndpoint prometheus) {
    List<Callback> callbacks = new ArrayList<>();
    if (prometheus != null) {
      DoubleSupplier waited = checkpointer == null ? () -> 0 : checkpointer::waitedSeconds;
      prometheus.describe(run.job().name(), run.backend().device(), run.deviceMegabytes(), waited);
      say("metrics for Prometheus: " + prometheus.url());
      callbacks.add(prometheus);
    }
    if (checkpointer != null || watch.tensorBoard()) {
      run.folder().begin();
    }
    Dataset train = run.data().train();
    try (Progress progress = new Progress(err(), surroundings().terminal(), run.deviceMegabytes());
        Heartbeat heartbeat = new Heartbeat(surroundings().environment(), err());
        TensorBoard events =
            watch.tensorBoard()
                ? run.folder().tensorBoard(run.trainer(), run.config(), train)
                : null) {
      callbacks.addAll(List.of(progress, heartbeat, run.folder()));
      if (events != null) {
        callbacks.add(events);
      }
      if (checkpointer != null) {
        callbacks.add(checkpointer); // at last: what it says has been done is written down
      }
      long start = System.nanoTime();
      TrainingResult result =
          run.trainer().fit(train, run.data().validation(), callbacks.toArray(Callback[]::new));
      profile(run, System.nanoTime() - start);
      return result;
    }
  }

  private void profile(Run run, long nanos) {
    Profile profile = run.trainer().profile();
    if (profile.isOn()) {
      ProfileReport found = new ProfileReport(profile, run.backend().device(), nanos);
      run.folder().write(found);
      say(found.table());
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

  private static Map<String, Object> result(Run run, TrainingResult training) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("job", run.job().name());
    result.put("device", run.backend().device());
    result.put("parameters", run.trainer().parameters());
    result.put("epochs", run.job().options().epochs());
    result.put("steps", training.steps());
    List<EpochResult> epochs = training.epochs();
    if (!epochs.isEmpty()) {
      result.put("train_loss", epochs.get(epochs.size() - 1).trainLoss());
    }
    return result;
  }
}
