package dev.merapi.train.data.augment;

import dev.merapi.train.data.RandomStream;
import dev.merapi.train.data.Vocabulary;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A text that is being augmented: the numbers of its tokens, and behind its end zeros up to the
 * capacity.
 */
public final class TokenSequence extends Canvas {
  private final int[] numbers;
  private int length;

  /** An empty text with room for so many tokens. */
  public TokenSequence(int capacity) {
    numbers = new int[capacity];
  }

  /** How many tokens there is room for. */
  public int capacity() {
    return numbers.length;
  }

  /** How many tokens there are: up to the last one that is not 0. */
  public int length() {
    return length;
  }

  /** The number of a token. */
  public int get(int place) {
    return numbers[place];
  }

  /** Makes a token another one. */
  public void set(int place, int number) {
    numbers[place] = number;
  }

  /** Two tokens change places. */
  public void swap(int one, int other) {
    int number = numbers[one];
    numbers[one] = numbers[other];
    numbers[other] = number;
  }

  /** Ends the text behind so many tokens, at most as many as there are. */
  public void truncate(int newLength) {
    Arrays.fill(numbers, newLength, length, Vocabulary.PADDING);
    length = newLength;
  }

  @Override
  boolean takes(Augmentation augmentation) {
    return augmentation instanceof TokenAugmentation;
  }

  @Override
  void apply(Augmentation augmentation, RandomStream random) {
    ((TokenAugmentation) augmentation).apply(this, random);
  }

  @Override
  void read(ByteBuffer from, int index) {
    length = 0;
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = from.getInt(index + Integer.BYTES * i);
      length = numbers[i] == Vocabulary.PADDING ? length : i + 1;
    }
  }

  @Override
  void write(ByteBuffer to, int index) {
    for (int i = 0; i < numbers.length; i++) {
      to.putInt(index + Integer.BYTES * i, numbers[i]);
    }
  }
}
