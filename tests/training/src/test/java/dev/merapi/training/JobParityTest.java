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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Some steps of built-in jobs with several inputs, outputs or targets, on all devices. */
class JobParityTest {
  private static final String DIGITS = "data.train.dataset=synthetic-digits";
  private static final String WORDS = "data.train.dataset={number-words: {samples: 20, digits: 3}}";
  private static final String MADE_AGAIN =
      "data.train.dataset={reconstruction: {dataset: synthetic-digits}}";
  private static final int SAMPLES = 20;

  @TempDir private static Path folder;

  @BeforeAll
  static void writeReviews() throws IOException {
    Files.writeString(folder.resolve("bad"), "a dull film\nwhat a long, dull story\n".repeat(6));
    Files.writeString(folder.resolve("good"), "a bright film\nbright and short\n".repeat(6));
  }

  private static String reviews() {
    return "data.train.dataset={text-folder: {train: '%s', words: 20, length: 5}}"
        .formatted(folder);
  }

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
    return more.isEmpty() ? settings : Stream.concat(settings.stream(), Stream.of(more)).toList();
  }

  static Stream<Arguments> jobs() {
    List<String> devices = List.of("cpu", "cuda");
    return Stream.of(
            List.of("multi-task-digits", ""),
            List.of(
                "multi-task-digits",
                "model={soft-sharing: {tasks: [{name: digit, head: {dense: {units: 10}}},"
                    + " {name: odd, head: {dense: {units: 2}}}]}}"),
            List.of("siamese-mnist", "data.train.dataset={pairs: {dataset: synthetic-digits}}"),
            List.of("triplet-mnist", DIGITS),
            List.of("sentiment-cnn", reviews()),
            List.of("sentiment-lstm", reviews()),
            List.of("memory-network", "model={memory-network: {dim: 8, hops: 2}}"),
            List.of("ntm", "data.train.dataset={copy-task: {maxLength: 2}}"),
            List.of("video", "data.train.dataset={moving-digits: {frames: 3, train: 20}}"),
            List.of("seq2seq", WORDS),
            List.of("transformer", WORDS),
            List.of("captioning", ""),
            List.of("joint-embedding", ""),
            List.of("bilstm-crf", ""),
            List.of(
                "skip-gram",
                "data.train.dataset={skip-grams: {file: ../../LICENSE, vocabulary: 50}}"),
            List.of("mlp-mnist", DIGITS),
            List.of("softmax-mnist", DIGITS),
            List.of("gan", DIGITS),
            List.of("autoencoder", MADE_AGAIN),
            List.of("vae", MADE_AGAIN),
            List.of("rbm", MADE_AGAIN))
        .flatMap(job -> devices.stream().map(d -> Arguments.of(d, job.get(0), job.get(1))));
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void aDeviceTrainsAsTheReferenceDoes(String device, String job, String more) {
    var availability = Backends.availability().get(device);
    Assumptions.assumeTrue(availability.usable(), availability.reason());
    Map<String, HostTensor> expected = train("reference", job, settings(more));
    Map<String, HostTensor> found = train(device, job, settings(more));
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, value) ->
            assertThat(largestDifference(found.get(name), value)).as(name).isLessThan(1e-5));
  }

  /** A loop, because comparing element by element takes AssertJ longer than the training. */
  private static double largestDifference(HostTensor a, HostTensor b) {
    assertThat(a.type()).isEqualTo(b.type());
    double largest = 0;
    for (int i = 0; i < a.elements(); i++) {
      largest = Math.max(largest, Math.abs(a.get(i) - b.get(i))); // which keeps NaN
    }
    return largest;
  }
}
