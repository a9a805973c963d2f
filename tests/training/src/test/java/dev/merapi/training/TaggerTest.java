package dev.merapi.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.core.runtime.Backends;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a conditional random field is worth to a tagger. */
@Tag("slow")
class TaggerTest {
  private static final List<String> WITHOUT =
      List.of(
          "model.bilstm-crf.crf=false",
          "loss={softmaxCrossEntropy: {ignoreIndex: -1}}",
          "metrics=[{accuracy: {ignoreIndex: -1}}]");

  private static double accuracy(int seed, String metric, List<String> settings) {
    List<String> all = new ArrayList<>(settings);
    all.add("seed=" + seed);
    return TrainedJob.of("bilstm-crf", all).test().metrics().get(metric).item();
  }

  private static double mean(String metric, List<String> settings) {
    return DoubleStream.of(1, 2, 3)
        .map(seed -> accuracy((int) seed, metric, settings))
        .average()
        .orElseThrow();
  }

  @Test
  void tagsBetterThanTheSameTaggerWithoutIt() throws Exception {
    assumeTrue(Backends.availability().get("cpu").usable());
    long start = System.nanoTime();
    double with = mean("viterbi_accuracy", List.of());
    double without = mean("accuracy", WITHOUT);
    Results.keep(
        "bilstm-crf",
        String.format(
            Locale.ROOT,
            "tag accuracy %.4f, without the CRF %.4f, means of 3 seeds",
            with,
            without),
        start);
    assertThat(with).isGreaterThan(without + 0.005);
  }
}
