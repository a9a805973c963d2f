package dev.merapi.train.data;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * Sentences with a tag for each word: inputs are the words by number, I32 [length], padded with 0,
 * and how many they are, I32 []; targets are the tags, I32 [length], padded with {@link #IGNORED}.
 */
public final class TaggedDataset implements MultiDataset {
  /** The tag of no word. */
  public static final int IGNORED = -1;

  /**
   * A sentence.
   *
   * @param words in their order
   * @param tags one for each
   */
  public record Sentence(List<String> words, List<String> tags) {
    public Sentence {
      words = List.copyOf(words);
      tags = List.copyOf(tags);
      if (words.isEmpty() || words.size() != tags.size()) {
        throw new IllegalArgumentException(
            "expected words and a tag for each, found %d and %d"
                .formatted(words.size(), tags.size()));
      }
    }
  }

  private final String name;
  private final Vocabulary vocabulary;
  private final List<String> tags;
  private final int length;
  private final int[][] words;
  private final int[][] labels;

  /**
   * Some sentences.
   *
   * @param name for errors and the log
   * @param vocabulary the words' numbers
   * @param tags what words may be tagged with
   * @param length the most words that a sentence may have
   * @throws DataException when a sentence is longer or has an unknown tag
   */
  public TaggedDataset(
      String name, List<Sentence> sentences, Vocabulary vocabulary, List<String> tags, int length) {
    this.name = name;
    this.vocabulary = vocabulary;
    this.tags = List.copyOf(tags);
    this.length = length;
    this.words =
        sentences.stream().map(sentence -> numbers(sentence.words())).toArray(int[][]::new);
    this.labels = sentences.stream().map(this::labels).toArray(int[][]::new);
  }

  private int[] numbers(List<String> sentence) {
    return sentence.stream().mapToInt(vocabulary::number).toArray();
  }

  private int[] labels(Sentence sentence) {
    if (sentence.words().size() > length) {
      throw new DataException(
          "%s: expected sentences of at most %d words, found %d in '%s'"
              .formatted(
                  name, length, sentence.words().size(), String.join(" ", sentence.words())));
    }
    return sentence.tags().stream().mapToInt(this::label).toArray();
  }

  private int label(String tag) {
    int label = tags.indexOf(tag);
    if (label < 0) {
      throw new DataException(name + ": expected one of the tags " + tags + ", found " + tag);
    }
    return label;
  }

  @Override
  public Map<String, Vocabulary> vocabularies() {
    return Map.of(Vocabulary.TEXT, vocabulary);
  }

  /** Words as an input, I32 [as many]. */
  public HostTensor encode(List<String> sentence) {
    return HostTensor.of(Shape.of(sentence.size()), numbers(sentence));
  }

  @Override
  public int size() {
    return words.length;
  }

  @Override
  public List<TensorType> inputTypes() {
    return List.of(new TensorType(DType.I32, Shape.of(length)), TensorType.scalar(DType.I32));
  }

  @Override
  public List<TensorType> targetTypes() {
    return List.of(new TensorType(DType.I32, Shape.of(length)));
  }

  /** The number of tags. */
  @Override
  public int classes(int target) {
    return tags.size();
  }

  @Override
  public List<String> classNames() {
    return tags;
  }

  @Override
  public void copy(int sample, List<ByteBuffer> inputs, List<ByteBuffer> targets) {
    put(words[sample], 0, inputs.get(0));
    inputs.get(1).putInt(words[sample].length);
    put(labels[sample], IGNORED, targets.get(0));
  }

  private void put(int[] numbers, int padding, ByteBuffer buffer) {
    for (int i = 0; i < length; i++) {
      buffer.putInt(i < numbers.length ? numbers[i] : padding);
    }
  }

  @Override
  public String description() {
    return "%s, %d sentences, %d tags".formatted(name, size(), tags.size());
  }
}
