package dev.merapi.train.data;

import dev.merapi.nn.Default;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Made-up sentences to be translated, for trying out translation models without any file: digits,
 * and their names the other way round: {@code 4 0 7} is {@code seven zero four}; inputs and targets
 * as {@link PairedSentences} has them.
 *
 * <p>The sentences have 1 to {@code digits} digits, all lengths equally often; both splits are
 * drawn at random. Source: the reversed sentences of Sutskever, Vinyals and Le, "Sequence to
 * Sequence Learning with Neural Networks", NIPS 2014, as a task.
 *
 * @param samples sentences of the split {@code train}; {@code test} has a tenth of them, at least 1
 * @param digits of the longest sentence, at least 1
 * @param seed of the draws
 */
public record NumberWords(
    @Default("2000") int samples, @Default("6") int digits, @Default("1") long seed)
    implements DatasetSource {
  private static final List<String> NAMES =
      List.of("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine");
  private static final int TEST_SHARE = 10;

  public NumberWords {
    if (samples < 1 || digits < 1) {
      throw new IllegalArgumentException(
          "samples and digits must be at least 1, found %d and %d".formatted(samples, digits));
    }
  }

  @Override
  public String name() {
    return "number-words";
  }

  @Override
  public PairedSentences open(String split, DataDirectories where) {
    requireSplit(split);
    PairTexts train = texts("train", samples, new Random(seed));
    PairTexts wanted =
        split.equals("train")
            ? train
            : texts(split, Math.max(1, samples / TEST_SHARE), new Random(~seed));
    int vocabulary = 2 * NAMES.size();
    return new PairEncoding(Tokens.WORDS, vocabulary, digits + 1, List.of()).open(train, wanted);
  }

  private PairTexts texts(String split, int count, Random random) {
    List<String> sources = new ArrayList<>();
    List<String> targets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<String> written = new ArrayList<>();
      List<String> names = new ArrayList<>();
      for (int length = 1 + i % digits; length > 0; length--) {
        int digit = random.nextInt(NAMES.size());
        written.add(Integer.toString(digit));
        names.add(NAMES.get(digit));
      }
      Collections.reverse(names);
      sources.add(String.join(" ", written));
      targets.add(String.join(" ", names));
    }
    return new PairTexts(name() + " " + split, sources, targets);
  }
}
