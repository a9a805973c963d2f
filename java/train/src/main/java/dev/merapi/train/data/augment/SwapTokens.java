package dev.merapi.train.data.augment;

import dev.merapi.nn.Default;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.RandomStream;

/**
 * Lets neighbours in a text change places: from the first token on, each one with some probability
 * changes places with the next, and then neither moves again.
 *
 * <p>Source: Belinkov and Bisk, "Synthetic and natural noise both break neural machine
 * translation", ICLR 2018 (swap).
 *
 * @param probability of a token to change places with the next
 */
public record SwapTokens(@Default("0.1") double probability) implements TokenAugmentation {
  public SwapTokens {
    Probability.require("probability", probability);
  }

  /** One in ten. */
  public SwapTokens() {
    this(0.1);
  }

  @Override
  public Augmentation fit(Dataset train) {
    TokenAugmentation.requireWholeTargets("swapTokens", train);
    return this;
  }

  @Override
  public void apply(TokenSequence tokens, RandomStream random) {
    for (int i = 0; i + 1 < tokens.length(); i++) {
      if (random.chance(probability)) {
        tokens.swap(i, i + 1);
        i++;
      }
    }
  }
}
