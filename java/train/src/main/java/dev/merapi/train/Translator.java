package dev.merapi.train;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.data.PairedSentences;
import dev.merapi.train.data.Vocabulary;
import dev.merapi.train.decode.BeamSearch;
import dev.merapi.train.decode.Hypothesis;
import java.util.List;
import java.util.Map;

/**
 * Translates sentences with a trained model.
 *
 * @param config its model is a {@link dev.merapi.nn.SequenceModel}
 * @param data whose vocabularies and longest sentences the model was trained with
 * @param search for the best translation
 * @param weights as {@link Trainer#weights} gives them
 */
public record Translator(
    Backend backend,
    TrainingConfig config,
    PairedSentences data,
    BeamSearch search,
    Map<String, HostTensor> weights) {
  private static final int LARGEST_BATCH = 32;

  /**
   * Compiles the model, and translates some sentences.
   *
   * @throws dev.merapi.core.graph.GraphException when the model writes no sequences
   * @throws IllegalArgumentException when the weights are not those of the model
   */
  public List<String> translate(List<String> sentences) {
    if (sentences.isEmpty()) {
      return List.of();
    }
    BeamSearch.Tokens tokens =
        new BeamSearch.Tokens(Vocabulary.BEGIN, Vocabulary.END, data.length());
    int batch = Math.min(LARGEST_BATCH, sentences.size());
    SequenceWriter.Options options = new SequenceWriter.Options(search, tokens, batch);
    List<TensorType> inputs = data.inputTypes();
    List<TensorType> sources = inputs.subList(0, inputs.size() - 1);
    try (SequenceWriter writer = new SequenceWriter(backend, config, sources, options, weights)) {
      return writer.write(sentences.stream().map(data::encode).toList()).stream()
          .map(found -> text(found.get(0)))
          .toList();
    }
  }

  private String text(Hypothesis hypothesis) {
    return data.vocabularies()
        .get(PairedSentences.TARGET)
        .decode(hypothesis.tokens().stream().mapToInt(token -> token).toArray());
  }
}
