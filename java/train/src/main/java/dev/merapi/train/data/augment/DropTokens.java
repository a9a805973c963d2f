package dev.merapi.train.data.augment;

import dev.merapi.nn.Default;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.RandomStream;

/**
 * Leaves out each token of a text with some probability, and moves those behind it forward; one
 * token always stays.
 *
 * <p>Source: Wei and Zou, "EDA: easy data augmentation techniques for boosting performance on text
 * classification tasks", EMNLP 2019 (random deletion).
 *
 * @param probability of being left out
 */
public record DropTokens(@Default("0.1") double probability) implements TokenAugmentation {
  public DropTokens {
    Probability.require("probability", probability);
  }

  /** One in ten. */
  public DropTokens() {
    this(0.1);
  }

  @Override
  public Augmentation fit(Dataset train) {
    TokenAugmentation.requireWholeTargets("dropTokens", train);
    return this;
  }

  @Override
  public void apply(TokenSequence tokens, RandomStream random) {
    if (tokens.length() == 0) {
      return;
    }
    int last = tokens.get(random.below(tokens.length()));
    int kept = 0;
    for (int i = 0; i < tokens.length(); i++) {
      if (!random.chance(probability)) {
        tokens.set(kept++, tokens.get(i));
      }
    }
    if (kept == 0) {
      tokens.set(kept++, last);
    }
    tokens.truncate(kept);
  }
}
