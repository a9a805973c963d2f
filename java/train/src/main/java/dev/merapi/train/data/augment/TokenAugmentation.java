package dev.merapi.train.data.augment;

import dev.merapi.train.data.DataException;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.RandomStream;

/**
 * A random change of texts as numbers of their characters, words or subwords, inputs I32 [T]. Of
 * samples with several inputs the first one is changed.
 */
public non-sealed interface TokenAugmentation extends Augmentation {
  /** Changes a text; its place has room for no more than {@link TokenSequence#capacity} tokens. */
  void apply(TokenSequence tokens, RandomStream random);

  /** For those that move tokens: requires targets that do not belong to single tokens. */
  static void requireWholeTargets(String augmentation, Dataset train) {
    if (train.targetType().shape().equals(train.inputType().shape())) {
      throw new DataException(
          augmentation
              + ": expected a target for each text, found one for each of its tokens in "
              + train.description());
    }
  }
}
