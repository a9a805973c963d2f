package dev.merapi.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.cli.job.Jobs;
import dev.merapi.cli.job.Kinds;
import dev.merapi.cli.job.LoadedJob;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.train.Trainer;
import dev.merapi.train.data.CopyTask;
import dev.merapi.train.data.DataDirectories;
import dev.merapi.train.data.Dataset;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the models with a memory learn of made-up data. */
@Tag("slow")
class MemoryModelsTest {
  private static final DataDirectories NOWHERE = DataDirectories.usual(null, Map.of());

  private final long start = System.nanoTime();

  @BeforeEach
  void requireDevice() {
    assumeTrue(Backends.availability().get("cpu").usable());
  }

  @Test
  void memoryNetworkAnswersQuestions() throws Exception {
    TrainedJob trained = TrainedJob.of("memory-network", List.of());
    Results.keep("memory-network", trained.toString(), start);
    assertThat(trained.accuracy()).isGreaterThanOrEqualTo(0.95);
  }

  /** It has learned how to copy, and not sequences: those that it reads are longer than any. */
  @Test
  void turingMachineCopies() throws Exception {
    LoadedJob job = new Jobs(Kinds.registry(), Path.of("")).load("ntm", List.of());
    Dataset data = job.openTrain(NOWHERE);
    try (Backend backend = Backends.open("cpu");
        Trainer trainer = new Trainer(backend, job.config(data), data)) {
      trainer.fit(data, null);
      double ten = wrongBits(backend, job, trainer.weights(), 10);
      double twenty = wrongBits(backend, job, trainer.weights(), 20);
      Results.keep(
          "ntm",
          String.format(
              Locale.ROOT,
              "%.2f %% of the bits wrong in sequences of 10, %.2f %% in sequences of 20, after"
                  + " %,d sequences of up to 10",
              100 * ten,
              100 * twenty,
              job.options().epochs() * data.size()),
          start);
      assertThat(ten).isZero();
      assertThat(twenty).isLessThan(0.05);
    }
  }

  /** Of 640 sequences of one length. */
  private static double wrongBits(
      Backend backend, LoadedJob job, Map<String, HostTensor> weights, int length) {
    Dataset test = new CopyTask(length, length).open("test", NOWHERE);
    try (Trainer trainer = Trainer.forEvaluation(backend, job.config(test), test)) {
      trainer.loadWeights(weights);
      return 1 - trainer.evaluate(test).metric("binary_accuracy").orElseThrow();
    }
  }
}
