package dev.merapi.train;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.train.data.PairedSentences;
import dev.merapi.train.data.Vocabulary;
import dev.merapi.train.decode.BeamSearch;
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
  /**
   * Compiles the model, and translates some sentences.
   *
   * @throws dev.merapi.core.graph.GraphException when the model writes no sequences
   * @throws IllegalArgumentException when the weights are not those of the model
   */
  public List<String> translate(List<String> sentences) {
    Vocabulary vocabulary = data.vocabularies().get(PairedSentences.TARGET);
    TextWriter writer = new TextWriter(backend, config, data, vocabulary, search, weights);
    return writer.write(sentences.stream().map(data::encode).toList()).stream()
        .map(texts -> texts.get(0).text())
        .toList();
  }
}
