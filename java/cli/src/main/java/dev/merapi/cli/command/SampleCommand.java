package dev.merapi.cli.command;

import dev.merapi.cli.job.LoadedJob;
import dev.merapi.cli.job.UsageException;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.train.TextSampler;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.TextDataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code merapi sample JOB}. */
@Command(
    name = "sample",
    description =
        "Writes text with a trained character model, or draws what a trained model of images makes:"
            + " samples and reconstructions.")
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

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The folder for pictures, of a model of images.")
  private Path out;

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "64",
      description = "Images to make of random numbers (default: ${DEFAULT-VALUE}).")
  private int samples;

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
      draw(job, device, folder);
      return 0;
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

  private void draw(LoadedJob job, Backends.Choice device, Path from) throws IOException {
    boolean tested = job.options().data().test() != null;
    Dataset data = tested ? job.openTest(dataDirectories()) : job.openTrain(dataDirectories());
    TrainingConfig config = job.config(data);
    ImageSamples.require(job.name(), config.normalizer(null).model(), out);
    if (samples < 1) {
      throw new UsageException("--samples must be at least 1, found %d", samples);
    }
    Map<String, HostTensor> weights = RunFolder.readWeights(from);
    try (Backend backend = device.open()) {
      Path folder = resolve(out);
      List<String> written =
          new ImageSamples(backend, config, weights, folder).write(data, samples, seed);
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("job", job.name());
      result.put("device", backend.device());
      result.put("from", from.toString());
      result.put("pictures", written);
      result.put("out", folder.toString());
      report(result, Figures.words(result));
    } catch (GraphException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new UsageException("%s does not fit the job: %s", from, e.getMessage());
    }
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
