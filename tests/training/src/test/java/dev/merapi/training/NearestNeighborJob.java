package dev.merapi.training;

import dev.merapi.cli.job.Jobs;
import dev.merapi.cli.job.Kinds;
import dev.merapi.cli.job.LoadedJob;
import dev.merapi.cli.job.OpenData;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.train.NearestNeighbor;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.data.DataDirectories;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.PairDataset;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * A built-in job that learned an embedding on the cpu.
 *
 * @param epochs passes over the training data
 * @param known training samples, whose labels classify the test samples
 * @param samples of the test data
 * @param accuracy by nearest neighbour
 * @param pairAccuracy on the test data's pairs; empty where it did not learn by pairs
 */
record NearestNeighborJob(
    int epochs, int known, int samples, double accuracy, OptionalDouble pairAccuracy) {
  static NearestNeighborJob of(String job) {
    LoadedJob loaded = new Jobs(Kinds.registry(), Path.of("")).load(job, List.of());
    OpenData data = loaded.open(DataDirectories.usual(null, System.getenv()));
    TrainingConfig config = loaded.config(data.train());
    try (Backend backend = Backends.open("cpu");
        Trainer trainer = new Trainer(backend, config, data.train())) {
      trainer.fit(data.train(), null);
      OptionalDouble pairs = trainer.evaluate(data.test()).metric("pair_accuracy");
      NearestNeighbor neighbor = new NearestNeighbor(backend, config, trainer.weights());
      Dataset known = samples(data.train());
      Dataset samples = samples(data.test());
      double accuracy = neighbor.accuracy(known, samples);
      return new NearestNeighborJob(
          loaded.options().epochs(), known.size(), samples.size(), accuracy, pairs);
    }
  }

  private static Dataset samples(Dataset data) {
    return data instanceof PairDataset pairs ? pairs.samples() : data;
  }

  @Override
  public String toString() {
    String pairs =
        pairAccuracy.isEmpty()
            ? ""
            : String.format(Locale.ROOT, ", %.4f on pairs", pairAccuracy.getAsDouble());
    return String.format(
        Locale.ROOT,
        "test accuracy %.4f on %,d samples by the nearest of %,d%s, after %d epochs",
        accuracy,
        samples,
        known,
        pairs,
        epochs);
  }
}
