package dev.merapi.cli.command;

import dev.merapi.cli.job.LoadedJob;
import dev.merapi.cli.job.UsageException;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.nn.EmbeddingModel;
import dev.merapi.nn.SequenceModel;
import dev.merapi.train.Evaluation;
import dev.merapi.train.NearestNeighbor;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.Translator;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.PairDataset;
import dev.merapi.train.data.PairedSentences;
import dev.merapi.train.data.ReconstructionDataset;
import dev.merapi.train.decode.BeamSearch;
import dev.merapi.train.decode.Bleu;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code merapi eval JOB}. */
@Command(name = "eval", description = "Evaluates trained weights on a job's test data.")
public final class EvalCommand extends TrainedJobCommand {
  @Mixin private SearchOptions searching;

  /** The command in some surroundings. */
  public EvalCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    LoadedJob job = load();
    BeamSearch search = searching.search();
    Backends.Choice device = choose(job);
    Path folder = from(job);
    Map<String, HostTensor> weights = RunFolder.readWeights(folder);
    Dataset test = job.openTest(dataDirectories(), RunFolder.readVocabularies(folder));
    TrainingConfig config = job.config(test);
    try (Backend backend = device.open();
        Trainer trainer = Trainer.forEvaluation(backend, config, test)) {
      load(trainer, weights, folder);
      Evaluation evaluation = trainer.evaluate(test);
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("job", job.name());
      result.put("device", backend.device());
      result.put("parameters", trainer.parameters());
      result.put("samples", evaluation.samples());
      Figures.put(result, "test_", evaluation);
      Dataset samples = samples(test);
      if (config.normalizer(null).model() instanceof EmbeddingModel && samples.classes() > 0) {
        NearestNeighbor neighbor = new NearestNeighbor(backend, config, trainer.weights());
        Dataset known = samples(job.openTrain(dataDirectories()));
        result.put("test_nearest_neighbor_accuracy", neighbor.accuracy(known, samples));
      }
      if (config.model() instanceof SequenceModel && test instanceof PairedSentences pairs) {
        Translator translator = new Translator(backend, config, pairs, search, weights);
        List<String> found = TranslateCommand.translate(translator, pairs.sources(), folder);
        result.put("test_bleu", Bleu.of(found, pairs.targets()));
      }
      result.put("from", folder.toString());
      report(result, Figures.words(result));
    }
    return 0;
  }

  /** What an embedding embeds: of pairs their samples, and what has classes. */
  private static Dataset samples(Dataset data) {
    if (data instanceof ReconstructionDataset made) {
      return made.dataset();
    }
    return data instanceof PairDataset pairs ? pairs.samples() : data;
  }

  private static void load(Trainer trainer, Map<String, HostTensor> weights, Path folder) {
    try {
      trainer.loadWeights(weights);
    } catch (IllegalArgumentException e) {
      throw new UsageException("%s does not fit the job: %s", folder, e.getMessage());
    }
  }
}
