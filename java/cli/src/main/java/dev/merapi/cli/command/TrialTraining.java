package dev.merapi.cli.command;

import dev.merapi.cli.job.Init;
import dev.merapi.cli.job.Jobs;
import dev.merapi.cli.job.LoadedJob;
import dev.merapi.cli.job.OpenData;
import dev.merapi.cli.job.UsageException;
import dev.merapi.cli.tune.SearchSpace;
import dev.merapi.cli.tune.Trial;
import dev.merapi.cli.tune.Tuner;
import dev.merapi.cli.yaml.Tree;
import dev.merapi.core.backend.Backend;
import dev.merapi.train.Callback;
import dev.merapi.train.DivergedException;
import dev.merapi.train.EpochResult;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.TrainingResult;
import dev.merapi.train.checkpoint.Checkpoint;
import dev.merapi.train.checkpoint.Checkpointer;
import dev.merapi.train.checkpoint.Checkpoints;
import dev.merapi.train.checkpoint.Environment;
import dev.merapi.train.data.DataDirectories;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Trains the trials of a search, all with the job's seed. One that may go on leaves a checkpoint,
 * from which it does; where that is missing it is trained anew, to the same bits. The schedule of
 * the learning rate is that of all epochs from the beginning.
 */
final class TrialTraining implements Tuner.Training {
  /** That of the rung before stays until what comes of this one is logged. */
  private static final int KEPT = 2;

  private final Search search;
  private final Surround surround;
  private LoadedJob opened;
  private OpenData data;
  private Trainer running;
  private boolean stopping;

  /**
   * What is searched.
   *
   * @param jobs maps the job's keys
   * @param name of the job
   * @param job with a validation part, if the metric needs one
   * @param metric as an epoch's result names it
   */
  record Search(Jobs jobs, String name, Tree job, SearchSpace space, String metric) {}

  /**
   * What it is searched with.
   *
   * @param folder of the checkpoints
   * @param directory what relative paths are relative to
   */
  record Surround(
      Backend backend, DataDirectories where, Path folder, Path directory, Callback heartbeat) {}

  TrialTraining(Search search, Surround surround) {
    this.search = search;
    this.surround = surround;
  }

  /** Lets the trial that runs, and every later one, end as interrupted; from any thread. */
  synchronized void stop() {
    stopping = true;
    if (running != null) {
      running.stop();
    }
  }

  private synchronized void running(Trainer trainer) {
    running = trainer;
    if (stopping && trainer != null) {
      trainer.stop();
    }
  }

  @Override
  public Optional<Trial> run(int number, List<Double> point, Trial before, int epochs) {
    long start = System.nanoTime();
    Tree tree = search.space().set(search.jobs(), search.job(), point);
    LoadedJob job = search.jobs().load(search.name(), tree);
    OpenData with = open(job);
    TrainingConfig config = job.config(with.train());
    double value = Double.NaN;
    long steps = 0;
    boolean complete = true;
    try (Trainer trainer = new Trainer(surround.backend(), config, with.train())) {
      requireMetric(trainer, with);
      begin(trainer, job, before);
      running(trainer);
      TrainingResult training =
          trainer.fit(
              with.train(), with.validation(), surround.heartbeat(), until(trainer, epochs));
      List<EpochResult> results = training.epochs();
      complete = training.complete();
      if (!complete && (results.isEmpty() || results.get(results.size() - 1).epoch() < epochs)) {
        return Optional.empty();
      }
      steps = training.steps();
      value = value(trainer, training, with);
      if (!complete) {
        write(trainer, config, number, steps);
      }
    } catch (DivergedException e) {
      complete = true;
    } finally {
      running(null);
    }
    double seconds = Json.rounded((System.nanoTime() - start) * 1e-9);
    return Optional.of(
        new Trial(
            number,
            point,
            search.space().parameters(point),
            epochs,
            steps,
            complete,
            Double.isFinite(value) ? value : Double.NaN,
            seconds));
  }

  /** The data, read again only if a trial has others. */
  private OpenData open(LoadedJob job) {
    if (opened == null || !sameData(opened, job)) {
      data = job.open(surround.where());
      opened = job;
    }
    return data;
  }

  private static boolean sameData(LoadedJob one, LoadedJob other) {
    return one.options().seed() == other.options().seed()
        && one.options().data().train().equals(other.options().data().train())
        && one.options().data().augment().equals(other.options().data().augment())
        && String.valueOf(one.options().data().validation())
            .equals(String.valueOf(other.options().data().validation()));
  }

  private void requireMetric(Trainer trainer, OpenData with) {
    Set<String> known = trainer.metrics(with.validation());
    if (!known.contains(search.metric())) {
      throw new UsageException(
          "--metric: expected one of %s, found '%s'", String.join(", ", known), search.metric());
    }
  }

  private void begin(Trainer trainer, LoadedJob job, Trial before) {
    Path checkpoint = before == null ? null : checkpoint(before);
    Init init = job.options().init();
    if (checkpoint != null) {
      Checkpoint.read(checkpoint).restore(trainer, job.config(data.train()).settings());
    } else if (init != null) {
      InitialWeights.load(trainer, init, surround.directory());
    }
  }

  private Checkpoints checkpoints(int number) {
    return new Checkpoints(surround.folder().resolve("%04d".formatted(number)));
  }

  /** The checkpoint that was written for a trial; null where it is gone. */
  private Path checkpoint(Trial trial) {
    return checkpoints(trial.number()).folders().stream()
        .filter(folder -> Long.parseLong(folder.getFileName().toString()) == trial.steps())
        .findFirst()
        .orElse(null);
  }

  private static Callback until(Trainer trainer, int epochs) {
    return new Callback() {
      @Override
      public void onEpochEnd(EpochResult result) {
        if (result.epoch() >= epochs) {
          trainer.stop();
        }
      }
    };
  }

  /** Of the last epoch; of the best one where early stopping has brought its weights back. */
  private double value(Trainer trainer, TrainingResult training, OpenData with) {
    EpochResult last = training.epochs().get(training.epochs().size() - 1);
    boolean restored = training.bestEpoch().isPresent() && with.validation() != null;
    return restored
        ? new EpochResult(
                last.epoch(),
                last.steps(),
                last.trainLoss(),
                last.gradientNorm(),
                last.learningRate(),
                last.samplesPerSecond(),
                Optional.of(trainer.evaluate(with.validation())))
            .metric(search.metric())
        : last.metric(search.metric());
  }

  private void write(Trainer trainer, TrainingConfig config, int number, long steps) {
    Checkpointer.Options options =
        new Checkpointer.Options(0, KEPT, config.settings(), Environment.of(surround.backend()));
    try (Checkpointer checkpointer =
        new Checkpointer(trainer, checkpoints(number), options, null)) {
      checkpointer.take(steps);
      checkpointer.await();
    }
  }
}
