package dev.merapi.train.data;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How pairs of sentences become numbers.
 *
 * @param tokens what sentences are cut into
 * @param vocabulary how many numbers each language has at most
 * @param length tokens of a sentence at most, an end or a begin included
 * @param buckets lengths of shorter batches, the shortest first
 */
record PairEncoding(Tokens tokens, int vocabulary, int length, List<Integer> buckets) {
  PairEncoding {
    Vocabulary.requireSize(tokens, vocabulary);
    if (length < 1) {
      throw new IllegalArgumentException("length must be at least 1, found " + length);
    }
    List<Integer> lengths = lengths(buckets, length);
    if (lengths.get(0) < 1
        || !IntStream.range(1, lengths.size()).allMatch(i -> lengths.get(i - 1) < lengths.get(i))) {
      throw new IllegalArgumentException(
          "buckets must be lengths from 1 to below %d, the shortest first, found %s"
              .formatted(length, buckets));
    }
  }

  private static List<Integer> lengths(List<Integer> buckets, int length) {
    return Stream.concat(buckets.stream(), Stream.of(length)).toList();
  }

  /** Whether there are vocabularies of both languages. */
  static boolean areThere(Map<String, Vocabulary> learned) {
    return learned.keySet().containsAll(List.of(PairedSentences.SOURCE, PairedSentences.TARGET));
  }

  /** Some pairs, with vocabularies that were learned before. */
  PairedSentences open(PairTexts wanted, Map<String, Vocabulary> learned) {
    return new PairedSentences(
        wanted,
        learned.get(PairedSentences.SOURCE),
        learned.get(PairedSentences.TARGET),
        lengths(buckets, length));
  }

  /**
   * The pairs of a split.
   *
   * @param trained the training sentences, whose tokens the vocabularies have
   */
  PairedSentences open(PairTexts trained, PairTexts wanted) {
    return open(
        wanted,
        Map.of(
            PairedSentences.SOURCE,
            Vocabulary.of(tokens, trained.sources(), vocabulary),
            PairedSentences.TARGET,
            Vocabulary.of(tokens, trained.targets(), vocabulary)));
  }
}
