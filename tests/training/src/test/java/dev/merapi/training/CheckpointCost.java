package dev.merapi.training;

import dev.merapi.cli.job.Jobs;
import dev.merapi.cli.job.Kinds;
import dev.merapi.cli.job.LoadedJob;
import dev.merapi.cli.job.OpenData;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.checkpoint.Checkpointer;
import dev.merapi.train.checkpoint.Checkpoints;
import dev.merapi.train.checkpoint.Environment;
import dev.merapi.train.data.DataDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What checkpoints at the ends of epochs cost a training.
 *
 * @param waitedSeconds how long the training thread waited for them
 * @param seconds the training took
 */
record CheckpointCost(double waitedSeconds, double seconds) {
  /** Trains a built-in job for some epochs. */
  static CheckpointCost of(String job, String device, int epochs) throws IOException {
    Path folder = Files.createTempDirectory("checkpoints");
    LoadedJob loaded = new Jobs(Kinds.registry(), folder).load(job, List.of("epochs=" + epochs));
    OpenData data = loaded.open(DataDirectories.usual(null, System.getenv()));
    TrainingConfig config = loaded.config(data.train());
    try (Backend backend = Backends.open(device);
        Trainer trainer = new Trainer(backend, config, data.train());
        Checkpointer checkpointer =
            new Checkpointer(
                trainer,
                new Checkpoints(folder),
                new Checkpointer.Options(0, 3, config.settings(), Environment.of(backend)),
                null)) {
      long start = System.nanoTime();
      trainer.fit(data.train(), null, checkpointer);
      double seconds = (System.nanoTime() - start) * 1e-9;
      checkpointer.await();
      return new CheckpointCost(checkpointer.waitedSeconds(), seconds);
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** Of the training's time. */
  double share() {
    return waitedSeconds / seconds;
  }

  @Override
  public String toString() {
    return "the training waited %.4f s of %.1f s for a checkpoint every epoch, %.3f %%"
        .formatted(waitedSeconds, seconds, 100 * share());
  }
}
