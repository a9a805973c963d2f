package dev.merapi.training;

import dev.merapi.cli.job.Jobs;
import dev.merapi.cli.job.Kinds;
import dev.merapi.cli.job.LoadedJob;
import dev.merapi.cli.job.OpenData;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.Translator;
import dev.merapi.train.data.DataDirectories;
import dev.merapi.train.data.PairedSentences;
import dev.merapi.train.decode.BeamSearch;
import dev.merapi.train.decode.Bleu;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A built-in translation job that was trained on the cpu, and its translations of the test data.
 *
 * @param epochs passes over the training data
 * @param pairs of the training data
 * @param greedy BLEU of greedy search
 * @param beam BLEU of a beam of 5
 * @param samples some sentences and their translations with the beam
 */
record TranslationJob(
    int epochs, int pairs, double greedy, double beam, Map<String, String> samples) {
  /** Samples that are shown. */
  private static final int SHOWN = 3;

  /** Trains a job, with settings as {@code merapi train --set} takes them. */
  static TranslationJob of(String job, List<String> settings) {
    LoadedJob loaded = new Jobs(Kinds.registry(), Path.of("")).load(job, settings);
    OpenData data = loaded.open(DataDirectories.usual(null, System.getenv()));
    TrainingConfig config = loaded.config(data.train());
    PairedSentences test = (PairedSentences) data.test();
    try (Backend backend = Backends.open("cpu");
        Trainer trainer = new Trainer(backend, config, data.train())) {
      trainer.fit(data.train(), data.validation());
      Map<String, HostTensor> weights = trainer.weights();
      List<String> greedy =
          new Translator(backend, config, test, BeamSearch.greedy(), weights)
              .translate(test.sources());
      List<String> beam =
          new Translator(backend, config, test, new BeamSearch(5, 1), weights)
              .translate(test.sources());
      return new TranslationJob(
          config.epochs(),
          data.train().size(),
          Bleu.of(greedy, test.targets()),
          Bleu.of(beam, test.targets()),
          shown(test.sources(), beam));
    }
  }

  private static Map<String, String> shown(List<String> sources, List<String> translations) {
    Map<String, String> samples = new LinkedHashMap<>();
    for (int i = 0; i < SHOWN; i++) {
      samples.put(sources.get(i), translations.get(i));
    }
    return samples;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "BLEU %.1f with a beam of 5, %.1f greedy, after %d epochs of %,d pairs: %s",
        beam,
        greedy,
        epochs,
        pairs,
        samples.entrySet().stream()
            .map(sample -> "'%s' is '%s'".formatted(sample.getKey(), sample.getValue()))
            .collect(Collectors.joining(", ")));
  }
}
