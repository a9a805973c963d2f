package dev.merapi.train.data.augment;

import dev.merapi.nn.Default;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.RandomStream;
import dev.merapi.train.data.Tokens;
import dev.merapi.train.data.Vocabulary;
import java.util.Map;

/**
 * Types tokens wrong: each token becomes, with some probability, another one. Among characters it
 * is any of the text's characters, all as likely; among words it is the unknown word, number 1, as
 * most words with a typing mistake are.
 *
 * <p>Source: Xie, Wang, Li, Levy, Nie, Jurafsky and Ng, "Data noising as smoothing in neural
 * network language models", ICLR 2017 (blank noising, for words); Belinkov and Bisk, "Synthetic and
 * natural noise both break neural machine translation", ICLR 2018 (for characters).
 *
 * @param probability of a mistake, for each token
 */
public record Typos(@Default("0.1") double probability) implements TokenAugmentation {
  public Typos {
    Probability.require("probability", probability);
  }

  /** One in ten. */
  public Typos() {
    this(0.1);
  }

  @Override
  public Augmentation fit(Dataset train) {
    Map<String, Vocabulary> known = train.vocabularies();
    Vocabulary vocabulary = known.getOrDefault("source", known.get(Vocabulary.TEXT));
    return vocabulary == null || vocabulary.kind() != Tokens.CHARACTERS
        ? this
        : new OfCharacters(
            probability, vocabulary.size() - vocabulary.tokens().size(), vocabulary.size());
  }

  @Override
  public void apply(TokenSequence tokens, RandomStream random) {
    for (int i = 0; i < tokens.length(); i++) {
      if (random.chance(probability)) {
        tokens.set(i, Vocabulary.UNKNOWN);
      }
    }
  }

  /**
   * For characters.
   *
   * @param first the number of the first character; where it is 0 there is no padding, and all the
   *     capacity is text
   * @param end behind the number of the last one
   */
  private record OfCharacters(double probability, int first, int end) implements TokenAugmentation {
    @Override
    public void apply(TokenSequence tokens, RandomStream random) {
      int length = first == 0 ? tokens.capacity() : tokens.length();
      for (int i = 0; i < length; i++) {
        if (random.chance(probability)) {
          tokens.set(i, first + random.below(end - first));
        }
      }
    }
  }
}
