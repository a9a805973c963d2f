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
import dev.merapi.nn.SequenceModel;
import dev.merapi.train.LabelModel;
import dev.merapi.train.NearestWords;
import dev.merapi.train.Predictor;
import dev.merapi.train.TextWriter;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.ShapeDataset;
import dev.merapi.train.data.SkipGrams;
import dev.merapi.train.data.TaggedDataset;
import dev.merapi.train.data.Vocabulary;
import dev.merapi.train.decode.BeamSearch;
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
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code merapi predict JOB INPUT...}. */
@Command(
    name = "predict",
    description =
        "Predicts images or their captions, rows of numbers, the tags of a sentence, what follows a"
            + " text or what is near to a word, with trained weights.")
public final class PredictCommand extends TrainedJobCommand {
  private static final int LARGEST_BATCH = 32;

  /** How many beginnings of a caption are kept, at least. */
  private static final int BEAM = 5;

  private static final String VECTORS = "embedding.weight";

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
    Map<String, Vocabulary> learned = RunFolder.readVocabularies(path);
    try (Backend backend = device.open()) {
      List<Prediction> predictions =
          job.options().data().train().dataset() instanceof SkipGrams
              ? neighbors(vocabulary(job, learned), weights)
              : predictions(backend, job, job.openTrained(dataDirectories(), learned), weights);
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

  /** That which was saved with the weights; where there is none, that of the data. */
  private Vocabulary vocabulary(LoadedJob job, Map<String, Vocabulary> learned) {
    Vocabulary saved = learned.get(Vocabulary.TEXT);
    return saved != null
        ? saved
        : job.openTrain(dataDirectories()).vocabularies().get(Vocabulary.TEXT);
  }

  /** Of word vectors, the words that are near. */
  private List<Prediction> neighbors(Vocabulary words, Map<String, HostTensor> weights) {
    try {
      NearestWords nearest = new NearestWords(words, vectors(weights));
      return arguments.stream()
          .map(word -> Prediction.ofNeighbors(word, nearest.of(word, top)))
          .toList();
    } catch (IllegalArgumentException e) {
      throw new UsageException("%s", e.getMessage());
    }
  }

  private static HostTensor vectors(Map<String, HostTensor> weights) {
    HostTensor vectors = weights.get(VECTORS);
    if (vectors == null) {
      throw new UsageException(
          "--from does not fit the job: expected %s, found %s", VECTORS, weights.keySet());
    }
    return vectors;
  }

  private List<Prediction> predictions(
      Backend backend, LoadedJob job, Dataset data, Map<String, HostTensor> weights) {
    TrainingConfig config = job.config(data);
    List<Sample> samples = samples(job, data);
    if (data instanceof ShapeDataset shapes && config.model() instanceof SequenceModel) {
      return captions(writer(backend, config, shapes, weights), samples);
    }
    boolean tagging = data instanceof TaggedDataset;
    TrainingConfig asked = tagging ? config.model(new LabelModel(config.model())) : config;
    Map<Sample, HostTensor> outputs = predict(backend, asked, weights, samples);
    List<String> names = data.classNames();
    Prediction.Form form = Prediction.Form.of(config.loss(), names);
    return samples.stream()
        .map(
            sample ->
                tagging
                    ? Prediction.ofTags(sample.name(), outputs.get(sample), names)
                    : Prediction.of(sample.name(), outputs.get(sample), form, top))
        .toList();
  }

  private List<Sample> samples(LoadedJob job, Dataset data) {
    SampleReader reader =
        SampleReader.of(job.options().data().train().dataset(), data, dataDirectories());
    List<Sample> samples = new ArrayList<>();
    for (String argument : arguments) {
      samples.addAll(reader.read(argument, surroundings().directory()));
    }
    return samples;
  }

  /** Looks for the most probable captions, however long they are. */
  private TextWriter writer(
      Backend backend, TrainingConfig config, ShapeDataset data, Map<String, HostTensor> weights) {
    Vocabulary words = data.vocabularies().get(ShapeDataset.CAPTION);
    BeamSearch search = new BeamSearch(Math.max(BEAM, top), 0);
    return new TextWriter(backend, config, data, words, search, weights);
  }

  private List<Prediction> captions(TextWriter writer, List<Sample> samples) {
    List<List<TextWriter.Text>> texts;
    try {
      texts = writer.write(samples.stream().map(sample -> List.of(sample.tensor())).toList());
    } catch (GraphException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new UsageException("--from does not fit the job: %s", e.getMessage());
    }
    return IntStream.range(0, samples.size())
        .mapToObj(
            i ->
                Prediction.ofTexts(
                    samples.get(i).name(), texts.get(i).stream().limit(top).toList()))
        .toList();
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
