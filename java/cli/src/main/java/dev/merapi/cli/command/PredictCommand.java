package dev.merapi.cli.command;

import dev.merapi.cli.input.Sample;
import dev.merapi.cli.input.SampleReader;
import dev.merapi.cli.job.LoadedJob;
import dev.merapi.cli.job.UsageException;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.Predictor;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.data.DataDirectories;
import dev.merapi.train.data.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code merapi predict JOB INPUT...}. */
@Command(
    name = "predict",
    description = "Predicts images, rows of numbers or what follows a text, with trained weights.")
public final class PredictCommand extends TrainedJobCommand {
  private static final int LARGEST_BATCH = 32;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "INPUT",
      description =
          "PNG or JPEG images; CSV files or rows such as 1,0; or texts, in files or as they are."
              + " Behind --, one may begin with -.")
  private List<String> arguments;

  @Option(
      names = "--top",
      paramLabel = "K",
      defaultValue = "3",
      description = "How many of the likeliest classes to show (default: ${DEFAULT-VALUE}).")
  private int top;

  /** The command in some surroundings. */
  public PredictCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    LoadedJob job = load();
    if (top < 1) {
      throw new UsageException("--top must be at least 1, found %d", top);
    }
    Backends.Choice device = choose(job);
    Path path = from(job);
    Map<String, HostTensor> weights = RunFolder.readWeights(path);
    DataDirectories where = dataDirectories();
    Dataset data = job.openTrained(where, RunFolder.readVocabularies(path));
    TrainingConfig config = job.config(data);
    SampleReader reader = SampleReader.of(job.options().data().train().dataset(), data, where);
    List<Sample> samples = new ArrayList<>();
    for (String argument : arguments) {
      samples.addAll(reader.read(argument, surroundings().directory()));
    }
    try (Backend backend = device.open()) {
      Map<Sample, HostTensor> outputs = predict(backend, config, weights, samples);
      Prediction.Form form = Prediction.Form.of(config.loss(), data.classNames());
      List<Prediction> predictions =
          samples.stream()
              .map(sample -> Prediction.of(sample.name(), outputs.get(sample), form, top))
              .toList();
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("job", job.name());
      result.put("device", backend.device());
      result.put("from", path.toString());
      result.put("predictions", predictions.stream().map(Prediction::item).toList());
      report(
          result,
          String.join(
              System.lineSeparator(), predictions.stream().map(Prediction::words).toList()));
    }
    return 0;
  }

  /** Samples of one type together: texts may have several lengths. */
  private static Map<Sample, HostTensor> predict(
      Backend backend,
      TrainingConfig config,
      Map<String, HostTensor> weights,
      List<Sample> samples) {
    Map<TensorType, List<Sample>> types = new LinkedHashMap<>();
    for (Sample sample : samples) {
      types.computeIfAbsent(sample.tensor().type(), type -> new ArrayList<>()).add(sample);
    }
    Map<Sample, HostTensor> outputs = new IdentityHashMap<>();
    types.forEach(
        (type, group) -> {
          Predictor.Options options =
              Predictor.Options.DEFAULT
                  .maxBatch(Math.min(LARGEST_BATCH, group.size()))
                  .maxDelay(Duration.ZERO)
                  .queueSize(group.size());
          try (Predictor predictor = open(backend, config, type, weights, options)) {
            List<CompletableFuture<HostTensor>> results =
                group.stream().map(sample -> predictor.submit(sample.tensor())).toList();
            for (int i = 0; i < group.size(); i++) {
              outputs.put(group.get(i), result(results.get(i)));
            }
          }
        });
    return outputs;
  }

  private static Predictor open(
      Backend backend,
      TrainingConfig config,
      TensorType type,
      Map<String, HostTensor> weights,
      Predictor.Options options) {
    try {
      return new Predictor(backend, config, type, weights, options);
    } catch (GraphException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new UsageException("--from does not fit the job: %s", e.getMessage());
    }
  }

  private static HostTensor result(CompletableFuture<HostTensor> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }
}
