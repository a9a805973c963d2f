package dev.merapi.cli.command;

import dev.merapi.cli.job.LoadedJob;
import dev.merapi.cli.job.UsageException;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.train.TextSampler;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.data.TextDataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code merapi sample JOB}. */
@Command(name = "sample", description = "Writes text with a trained character model.")
public final class SampleCommand extends TrainedJobCommand {
  @Option(
      names = "--length",
      paramLabel = "N",
      defaultValue = "500",
      description = "Characters to write (default: ${DEFAULT-VALUE}).")
  private int length;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "1",
      description = "Below 1, likely characters get likelier (default: ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      defaultValue = "0",
      description = "Only the K likeliest characters are drawn; 0 for all (the default).")
  private int topK;

  @Option(
      names = "--prime",
      paramLabel = "TEXT",
      description = "What is read before the first character; default: a line's end.")
  private String prime = "\n";

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "Of the draws (default: ${DEFAULT-VALUE}).")
  private long seed;

  /** The command in some surroundings. */
  public SampleCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    LoadedJob job = load();
    if (length < 0 || !(temperature > 0) || topK < 0 || prime.isEmpty()) {
      throw new UsageException(
          "expected --length of at least 0, --temperature above 0, --top-k of at least 0 and a"
              + " --prime that is not empty, found %d, %s, %d and '%s'",
          length, temperature, topK, prime);
    }
    Backends.Choice device = choose(job);
    Path folder = from(job);
    if (!(job.openTrained(dataDirectories(), RunFolder.readVocabularies(folder))
        instanceof TextDataset data)) {
      throw new UsageException("job %s is trained on no text, expected one to sample", job.name());
    }
    for (char c : prime.toCharArray()) {
      if (data.vocabulary().indexOf(c) < 0) {
        throw new UsageException("--prime: '%s' is no character of %s", c, data.description());
      }
    }
    try (Backend backend = device.open();
        TextSampler sampler = sampler(backend, job.config(data), data.vocabulary(), folder)) {
      String text = sampler.sample(prime, length, temperature, topK, seed);
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("job", job.name());
      result.put("device", backend.device());
      result.put("from", folder.toString());
      result.put("text", text);
      report(result, text);
    }
    return 0;
  }

  private static TextSampler sampler(
      Backend backend, TrainingConfig config, String vocabulary, Path folder) {
    Map<String, HostTensor> weights = RunFolder.readWeights(folder);
    try {
      return new TextSampler(backend, config, vocabulary, weights);
    } catch (IllegalArgumentException e) {
      throw new UsageException("%s does not fit the job: %s", folder, e.getMessage());
    }
  }
}
