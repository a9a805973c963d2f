package dev.merapi.train.data;

/**
 * How pairs of sentences become numbers.
 *
 * @param tokens what sentences are cut into
 * @param vocabulary how many numbers each language has at most
 * @param length tokens of a sentence at most, an end or a begin included
 */
record PairEncoding(Tokens tokens, int vocabulary, int length) {
  PairEncoding {
    if (vocabulary < 5 || length < 1) {
      throw new IllegalArgumentException(
          "vocabulary must be at least 5 and length at least 1, found "
              + vocabulary
              + " and "
              + length);
    }
  }

  /**
   * The pairs of a split.
   *
   * @param trained the training sentences, whose tokens the vocabularies have
   */
  PairedSentences open(PairTexts trained, PairTexts wanted) {
    return new PairedSentences(
        wanted,
        Vocabulary.of(tokens, trained.sources(), vocabulary),
        Vocabulary.of(tokens, trained.targets(), vocabulary),
        length);
  }
}
