package dev.merapi.train;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.train.data.Vocabulary;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Word vectors, and which words have vectors that point the same way: by the cosine of the angle
 * between them, u v / (|u| |v|). Source: Mikolov, Chen, Corrado and Dean, "Efficient estimation of
 * word representations in vector space", 2013.
 */
public final class NearestWords {
  private final Vocabulary vocabulary;
  private final double[] vectors;
  private final int dim;

  /**
   * Some words' vectors.
   *
   * @param vectors [at least the size of the vocabulary, dim], such as {@code embedding.weight}
   * @throws IllegalArgumentException when they are not
   */
  public NearestWords(Vocabulary vocabulary, HostTensor vectors) {
    if (vectors.shape().rank() != 2 || vectors.shape().dim(0) < vocabulary.size()) {
      throw new IllegalArgumentException(
          "expected vectors [%d, dim], found %s".formatted(vocabulary.size(), vectors.type()));
    }
    this.vocabulary = vocabulary;
    this.dim = vectors.shape().dim(1);
    this.vectors = vectors.toDoubleArray();
    for (int word = 0; word < vocabulary.size(); word++) {
      double length = Math.sqrt(product(word, word));
      for (int i = word * dim; i < (word + 1) * dim; i++) {
        this.vectors[i] /= length == 0 ? 1 : length;
      }
    }
  }

  private double product(int word, int other) {
    double sum = 0;
    for (int i = 0; i < dim; i++) {
      sum += vectors[word * dim + i] * vectors[other * dim + i];
    }
    return sum;
  }

  /** The cosine of the angle between the vectors of two words that are known. */
  public double similarity(String word, String other) {
    return product(number(word), number(other));
  }

  /**
   * The words that are nearest to a word, and the cosines; the nearest first.
   *
   * @throws IllegalArgumentException when the word is not known
   */
  public Map<String, Double> of(String word, int count) {
    int number = number(word);
    Map<String, Double> nearest = new LinkedHashMap<>();
    int first = vocabulary.size() - vocabulary.tokens().size();
    IntStream.range(first, vocabulary.size())
        .filter(other -> other != number)
        .boxed()
        .sorted(Comparator.comparingDouble(other -> -product(number, other)))
        .limit(count)
        .forEach(other -> nearest.put(vocabulary.token(other), product(number, other)));
    return nearest;
  }

  private int number(String word) {
    int number = vocabulary.number(word);
    if (number == Vocabulary.UNKNOWN && vocabulary.hasSpecials()) {
      throw new IllegalArgumentException("'" + word + "' is not in the vocabulary");
    }
    return number;
  }
}
