package dev.merapi.train;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.Vocabulary;
import dev.merapi.train.decode.BeamSearch;
import dev.merapi.train.decode.Hypothesis;
import java.util.List;
import java.util.Map;

/**
 * Writes texts about samples with a trained model: translations of sentences, captions of images.
 *
 * @param config its model is a {@link dev.merapi.nn.SequenceModel}
 * @param data like those that the model was trained with: their last input is what is written
 * @param vocabulary of what is written
 * @param search for the best text
 * @param weights as {@link Trainer#weights} gives them
 */
public record TextWriter(
    Backend backend,
    TrainingConfig config,
    Dataset data,
    Vocabulary vocabulary,
    BeamSearch search,
    Map<String, HostTensor> weights) {
  private static final int LARGEST_BATCH = 32;

  /**
   * What was found to be written.
   *
   * @param probability of this text
   */
  public record Text(String text, double probability) {}

  /**
   * Compiles the model, and writes about some samples.
   *
   * @param samples the sources of each: its inputs without the last
   * @return for each sample the texts that were found, the best first
   * @throws dev.merapi.core.graph.GraphException when the model writes no sequences
   * @throws IllegalArgumentException when the weights are not those of the model
   */
  public List<List<Text>> write(List<List<HostTensor>> samples) {
    if (samples.isEmpty()) {
      return List.of();
    }
    List<TensorType> inputs = data.inputTypes();
    int last = inputs.size() - 1;
    int length = inputs.get(last).shape().dim(0);
    SequenceWriter.Options options =
        new SequenceWriter.Options(
            search,
            new BeamSearch.Tokens(Vocabulary.BEGIN, Vocabulary.END, length),
            Math.min(LARGEST_BATCH, samples.size()));
    try (SequenceWriter writer =
        new SequenceWriter(backend, config, inputs.subList(0, last), options, weights)) {
      return writer.write(samples).stream().map(this::texts).toList();
    }
  }

  private List<Text> texts(List<Hypothesis> found) {
    return found.stream()
        .map(one -> new Text(text(one.tokens()), Math.exp(one.logProbability())))
        .toList();
  }

  private String text(List<Integer> tokens) {
    return vocabulary.decode(tokens.stream().mapToInt(token -> token).toArray());
  }
}
