package dev.merapi.train.data;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * A text as pieces of one length, one behind the other: inputs are characters by number I32 [T],
 * targets the characters that follow each of them, I32 [T].
 */
public final class TextDataset implements Dataset {
  private final String name;
  private final String text;
  private final String vocabulary;
  private final TensorType type;
  private final int[] numbers = new int[Character.MAX_VALUE + 1];

  /**
   * The pieces of a text; what is too short for a piece at its end is left out.
   *
   * @param name for errors and the log
   * @param vocabulary each character once: that at place i has number i
   * @param length characters in a piece, T
   * @throws DataException when there is not one piece, or a character is not in the vocabulary
   */
  public TextDataset(String name, String text, String vocabulary, int length) {
    this(name, vocabulary, length, text);
    if (text.length() <= length) {
      throw new DataException(
          name
              + ": expected more than "
              + length
              + " characters, one piece and the one behind it, found "
              + text.length());
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (vocabulary.isEmpty() || vocabulary.charAt(numbers[c]) != c) {
        throw new DataException(
            name + ": character " + (int) c + " at " + i + " is not in the vocabulary");
      }
    }
  }

  private TextDataset(String name, String vocabulary, int length, String text) {
    this.name = name;
    this.text = text;
    this.vocabulary = vocabulary;
    this.type = new TensorType(DType.I32, Shape.of(length));
    for (int i = 0; i < vocabulary.length(); i++) {
      numbers[vocabulary.charAt(i)] = i;
    }
  }

  /** No pieces, of a text whose characters are known. */
  static TextDataset empty(String name, Vocabulary characters, int length) {
    return new TextDataset(name, String.join("", characters.tokens()), length, "");
  }

  /** The characters of a text, each once, in the order of their codes. */
  public static String vocabularyOf(String text) {
    return text.chars()
        .distinct()
        .sorted()
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** Each character once: that at place i has number i. */
  public String vocabulary() {
    return vocabulary;
  }

  @Override
  public int size() {
    return Math.max(0, text.length() - 1) / type.shape().dim(0);
  }

  @Override
  public TensorType inputType() {
    return type;
  }

  @Override
  public TensorType targetType() {
    return type;
  }

  /** The size of the vocabulary. */
  @Override
  public int classes() {
    return vocabulary.length();
  }

  @Override
  public List<String> classNames() {
    return vocabulary.chars().mapToObj(Character::toString).toList();
  }

  @Override
  public Map<String, Vocabulary> vocabularies() {
    return Map.of(Vocabulary.TEXT, Vocabulary.characters(vocabulary));
  }

  @Override
  public boolean sequential() {
    return true;
  }

  @Override
  public void copy(int sample, ByteBuffer input, ByteBuffer target) {
    int length = type.shape().dim(0);
    int start = sample * length;
    for (int i = start; i < start + length; i++) {
      input.putInt(numbers[text.charAt(i)]);
      target.putInt(numbers[text.charAt(i + 1)]);
    }
  }

  @Override
  public String description() {
    return String.format(
        "%s, %d pieces of %d characters, %d different ones",
        name, size(), type.shape().dim(0), vocabulary.length());
  }
}
