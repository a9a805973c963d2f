package dev.merapi.training;

import dev.merapi.cli.job.Jobs;
import dev.merapi.cli.job.Kinds;
import dev.merapi.cli.job.LoadedJob;
import dev.merapi.cli.job.OpenData;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.train.Evaluation;
import dev.merapi.train.Trainer;
import dev.merapi.train.data.DataDirectories;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A built-in job that was trained on the cpu and evaluated on its test data.
 *
 * @param epochs passes over the training data
 * @param samples of the training data
 * @param test the evaluation
 */
record TrainedJob(int epochs, int samples, Evaluation test) {
  /** Trains a job, with settings as {@code merapi train --set} takes them. */
  static TrainedJob of(String job, List<String> settings) {
    LoadedJob loaded = new Jobs(Kinds.registry(), Path.of("")).load(job, settings);
    OpenData data = loaded.open(DataDirectories.usual(null, System.getenv()));
    try (Backend backend = Backends.open("cpu");
        Trainer trainer = new Trainer(backend, loaded.config(data.train()), data.train())) {
      trainer.fit(data.train(), data.validation());
      return new TrainedJob(
          loaded.options().epochs(), data.train().size(), trainer.evaluate(data.test()));
    }
  }

  double accuracy() {
    return test.accuracy().orElseThrow();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "test accuracy %.4f on %,d samples, after %d epochs of %,d",
        accuracy(),
        test.samples(),
        epochs,
        samples);
  }
}
