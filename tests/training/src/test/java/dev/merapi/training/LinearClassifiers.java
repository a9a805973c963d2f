package dev.merapi.training;

import dev.merapi.cli.job.Jobs;
import dev.merapi.cli.job.Kinds;
import dev.merapi.cli.job.LoadedJob;
import dev.merapi.cli.job.OpenData;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.data.DataDirectories;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The test accuracies of two linear models of the same data, which learn by different losses.
 *
 * @param softmax softmax regression, by cross-entropy
 * @param hinge support vector machine, by the multi-class hinge loss
 */
record LinearClassifiers(double softmax, double hinge) {
  /** Trains both by the job {@code softmax-mnist}; the hinge's gradients ask for smaller steps. */
  static LinearClassifiers ofMnist(String device) {
    return new LinearClassifiers(
        accuracy(device, "loss=softmaxCrossEntropy"),
        accuracy(device, "loss=multiClassHinge", "optimizer.sgd.learningRate=0.01"));
  }

  private static double accuracy(String device, String... settings) {
    Jobs jobs = new Jobs(Kinds.registry(), Path.of(""));
    LoadedJob job = jobs.load("softmax-mnist", List.of(settings));
    OpenData data = job.open(DataDirectories.usual(null, System.getenv()));
    TrainingConfig config = job.config(data.train());
    try (Backend backend = Backends.open(device);
        Trainer trainer = new Trainer(backend, config, data.train())) {
      trainer.fit(data.train(), null);
      return trainer.evaluate(data.test()).accuracy().orElseThrow();
    }
  }

  double difference() {
    return Math.abs(softmax - hinge);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%.4f by cross-entropy, %.4f by the hinge loss", softmax, hinge);
  }
}
