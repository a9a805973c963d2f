package dev.merapi.cli.command;

import dev.merapi.cli.job.LoadedJob;
import dev.merapi.cli.job.UsageException;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.train.Translator;
import dev.merapi.train.data.PairedSentences;
import dev.merapi.train.decode.BeamSearch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code merapi translate JOB [TEXT...]}. */
@Command(name = "translate", description = "Translates sentences with trained weights.")
public final class TranslateCommand extends TrainedJobCommand {
  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "TEXT",
      description = "Sentences; without any, each line of standard input is one.")
  private List<String> sentences = new ArrayList<>();

  @Mixin private SearchOptions options;

  /** The command in some surroundings. */
  public TranslateCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    LoadedJob job = load();
    BeamSearch search = options.search();
    Backends.Choice device = choose(job);
    Path folder = from(job);
    Map<String, HostTensor> weights = RunFolder.readWeights(folder);
    if (!(job.openTrained(dataDirectories(), RunFolder.readVocabularies(folder))
        instanceof PairedSentences data)) {
      throw new UsageException(
          "job %s is trained on no pairs of sentences, expected one that translates", job.name());
    }
    List<String> texts = sentences.isEmpty() ? lines() : sentences;
    try (Backend backend = device.open()) {
      List<String> translations =
          translate(
              new Translator(backend, job.config(data), data, search, weights), texts, folder);
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("job", job.name());
      result.put("device", backend.device());
      result.put("from", folder.toString());
      result.put("translations", translations);
      report(result, String.join(System.lineSeparator(), translations));
    }
    return 0;
  }

  private static List<String> lines() {
    return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
        .lines()
        .toList();
  }

  /** Translates with the weights of a folder. */
  static List<String> translate(Translator translator, List<String> texts, Path folder) {
    try {
      return translator.translate(texts);
    } catch (GraphException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new UsageException("%s does not fit the job: %s", folder, e.getMessage());
    }
  }
}
