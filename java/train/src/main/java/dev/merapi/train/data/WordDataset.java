package dev.merapi.train.data;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Classified texts: inputs are the numbers of their words, I32 [length], targets their labels. */
public final class WordDataset implements Dataset {
  private final TensorDataset rows;
  private final Vocabulary vocabulary;
  private final int length;

  WordDataset(ClassTexts texts, Vocabulary vocabulary, int length) {
    int size = texts.texts().size();
    HostTensor inputs = HostTensor.zeros(new TensorType(DType.I32, Shape.of(size, length)));
    for (int i = 0; i < size; i++) {
      inputs.bytes().asIntBuffer().put(i * length, vocabulary.encode(texts.texts().get(i), length));
    }
    this.vocabulary = vocabulary;
    this.length = length;
    this.rows =
        new TensorDataset(
            texts.name(), inputs, HostTensor.of(Shape.of(size), texts.labels()), texts.classes());
  }

  /** No texts, with words and classes that were learned before; empty when there are not both. */
  static Optional<Dataset> empty(String name, Map<String, Vocabulary> learned, int length) {
    Vocabulary words = learned.get(Vocabulary.TEXT);
    Vocabulary classes = learned.get(Vocabulary.LABELS);
    if (words == null || classes == null) {
      return Optional.empty();
    }
    ClassTexts none = new ClassTexts(name, List.of(), new int[0], classes.tokens());
    return Optional.of(new WordDataset(none, words, length));
  }

  /** Requires options of data sets of words that make sense. */
  static void requireSizes(int words, int length) {
    if (words < 5 || length < 1) {
      throw new IllegalArgumentException(
          "words must be at least 5 and length at least 1, found " + words + " and " + length);
    }
  }

  /** The words that are known, the most frequent first; they have the numbers from 4 on. */
  public List<String> words() {
    return vocabulary.tokens();
  }

  /** A text as an input, I32 [length]. */
  public HostTensor encode(String text) {
    return HostTensor.of(Shape.of(length), vocabulary.encode(text, length));
  }

  @Override
  public int size() {
    return rows.size();
  }

  @Override
  public TensorType inputType() {
    return rows.inputType();
  }

  @Override
  public TensorType targetType() {
    return rows.targetType();
  }

  @Override
  public int classes() {
    return rows.classes();
  }

  @Override
  public List<String> classNames() {
    return rows.classNames();
  }

  @Override
  public Map<String, Vocabulary> vocabularies() {
    return Map.of(Vocabulary.TEXT, vocabulary, Vocabulary.LABELS, Vocabulary.labels(classNames()));
  }

  @Override
  public void copy(int sample, ByteBuffer input, ByteBuffer target) {
    rows.copy(sample, input, target);
  }

  @Override
  public String description() {
    return rows.description() + ", " + words().size() + " words";
  }
}
