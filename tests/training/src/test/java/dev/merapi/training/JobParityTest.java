package dev.merapi.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.cli.job.Jobs;
import dev.merapi.cli.job.Kinds;
import dev.merapi.cli.job.LoadedJob;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.train.Trainer;
import dev.merapi.train.data.DataDirectories;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.Subset;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Some steps of built-in jobs with several inputs, outputs or targets, on all devices. */
class JobParityTest {
  private static final String DIGITS = "data.train.dataset=synthetic-digits";
  private static final int SAMPLES = 20;

  private static Map<String, HostTensor> train(String device, String job, List<String> settings) {
    LoadedJob loaded = new Jobs(Kinds.registry(), Path.of("")).load(job, settings);
    Dataset all = loaded.openTrain(DataDirectories.usual(null, Map.of()));
    Dataset few = new Subset(all, IntStream.range(0, SAMPLES).toArray());
    try (Backend backend = Backends.open(device);
        Trainer trainer = new Trainer(backend, loaded.config(few), few)) {
      assertThat(trainer.fit(few, few).steps()).isEqualTo(3);
      return trainer.weights();
    }
  }

  private static List<String> settings(String more) {
    List<String> settings =
        List.of("optimizer={sgd: {learningRate: 0.05}}", "data.batch=8", "epochs=1");
    return more.isEmpty()
        ? settings
        : Stream.concat(settings.stream(), List.of(more.split("; ")).stream()).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "multi-task-digits | ''",
        "multi-task-digits | model={soft-sharing: {tasks: [{name: digit, head: {dense: {units: 10}}},"
            + " {name: odd, head: {dense: {units: 2}}}]}}",
        "siamese-mnist | data.train.dataset={pairs: {dataset: synthetic-digits}}",
        "triplet-mnist | " + DIGITS,
        "mlp-mnist | " + DIGITS,
        "softmax-mnist | " + DIGITS
      })
  void aDeviceTrainsAsTheReferenceDoes(String job, String more) {
    Map<String, HostTensor> expected = train("reference", job, settings(more));
    for (String device : List.of("cpu", "cuda")) {
      var availability = Backends.availability().get(device);
      Assumptions.assumeTrue(availability.usable(), availability.reason());
      Map<String, HostTensor> found = train(device, job, settings(more));
      expected.forEach(
          (name, value) ->
              assertThat(found.get(name).toDoubleArray())
                  .as(device + ": " + name)
                  .usingComparatorWithPrecision(1e-5)
                  .containsExactly(value.toDoubleArray()));
    }
  }
}
