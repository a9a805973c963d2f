package dev.merapi.train.data;

import dev.merapi.nn.Default;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The words of a text and what stands near them, for word vectors: inputs are a word I32 [] and
 * candidates I32 [negatives + 1], the first of which stood near it and the others of which are
 * drawn; targets I32 [negatives + 1], 1 for the first one and 0 for the others.
 *
 * <p>Sample i of an epoch is the i-th word of the text, unless it is left out for being frequent:
 * then any other one. What stands near is at most a random distance from 1 to {@code window} away
 * in the same line. Negatives are drawn in proportion to a word's frequency to the power of 3/4.
 * All that is drawn is new in each epoch. A relative path is looked for in the working directory
 * and then in the data folders. Source: Mikolov, Sutskever, Chen, Corrado and Dean, "Distributed
 * representations of words and phrases and their compositionality", NIPS 2013.
 *
 * @param file UTF-8 text, plain or with {@code .gz}; a sentence in each line
 * @param vocabulary how many numbers words have at most, the four of no word included; other words
 *     are left out
 * @param window how far away a context may be at most
 * @param negatives how many candidates are drawn
 * @param subsample a word of frequency f is left out with the probability 1 - sqrt(subsample / f);
 *     0 leaves out none
 * @param seed what is drawn from
 */
public record SkipGrams(
    String file,
    @Default("10000") int vocabulary,
    @Default("5") int window,
    @Default("5") int negatives,
    @Default("0.001") double subsample,
    @Default("1") long seed)
    implements DatasetSource {
  public SkipGrams {
    if (window < 1 || negatives < 1) {
      throw new IllegalArgumentException(
          "window and negatives must be at least 1, found " + window + " and " + negatives);
    }
    if (!(subsample >= 0)) {
      throw new IllegalArgumentException("subsample must be at least 0, found " + subsample);
    }
  }

  /** With the usual options. */
  public SkipGrams(String file) {
    this(file, 10_000, 5, 5, 1e-3, 1);
  }

  @Override
  public String name() {
    return "skip-grams";
  }

  @Override
  public List<String> splits() {
    return List.of("train");
  }

  @Override
  public SkipGramDataset open(String split, DataDirectories where) {
    requireSplit(split);
    DataFile found = new DataFile(where.locate(file));
    List<String> lines = found.text(StandardCharsets.UTF_8).lines().toList();
    Vocabulary known = Vocabulary.of(Tokens.PLAIN_WORDS, lines, vocabulary);
    return new SkipGramDataset(this, lines, known);
  }
}
