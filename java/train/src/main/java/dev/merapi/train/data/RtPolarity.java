package dev.merapi.train.data;

import dev.merapi.nn.Default;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * 10,662 sentences of film reviews as the numbers of their words, half of them negative (label 0)
 * and half positive (label 1): inputs I32 [length]; see {@link WordDataset}.
 *
 * <p>The data have no published test part. Here it is a share of the sentences that are drawn by
 * seed, the same on every machine; the words that have numbers are those of the other sentences
 * alone. Files {@code rt-polarity.neg} and {@code rt-polarity.pos}, a sentence in each line, in
 * UTF-8, in the folder {@code rt-polarity}, plain or with {@code .gz}. Source: Pang and Lee,
 * "Seeing stars: exploiting class relationships for sentiment categorization with respect to rating
 * scales", ACL 2005.
 *
 * @param words how many numbers there are, the four of no known word included: the vocabulary of
 *     the embedding behind
 * @param length words of a sentence; of longer ones the first words count
 * @param test the share of the split {@code test}, above 0 and below 1
 * @param seed which sentences these are
 */
public record RtPolarity(
    @Default("20000") int words,
    @Default("50") int length,
    @Default("0.1") double test,
    @Default("42") long seed)
    implements DatasetSource {
  private static final String PUBLISHED =
      "https://raw.githubusercontent.com/dennybritz/cnn-text-classification-tf"
          + "/a0d0e9742b3dc42194955e78858f7be93027c75e/data/rt-polaritydata/";
  private static final String NEGATIVE = "rt-polarity.neg";
  private static final String POSITIVE = "rt-polarity.pos";

  public RtPolarity {
    WordDataset.requireSizes(words, length);
    if (!(test > 0 && test < 1)) {
      throw new IllegalArgumentException("test must be above 0 and below 1, found " + test);
    }
  }

  /** 20,000 words, sentences of 50, a tenth of them for the test. */
  public RtPolarity() {
    this(20_000, 50, 0.1, 42);
  }

  public RtPolarity length(int length) {
    return new RtPolarity(words, length, test, seed);
  }

  public RtPolarity seed(long seed) {
    return new RtPolarity(words, length, test, seed);
  }

  @Override
  public String name() {
    return "rt-polarity";
  }

  @Override
  public List<Download> downloads() {
    return List.of(
        Download.file(
            PUBLISHED + NEGATIVE,
            "2d11cfbc790f1cd96d78339f41ce53ced1efa83cd22d37d6788fa3fe3d17e2fd"),
        Download.file(
            PUBLISHED + POSITIVE,
            "4134882974a28d0c7b5151256f0e33a6169984ee7372c279e673f1114f475d58"));
  }

  @Override
  public WordDataset open(String split, DataDirectories where) {
    requireSplit(split);
    List<Path> files = List.of(where.require(name(), NEGATIVE), where.require(name(), POSITIVE));
    ClassFolders found =
        new ClassFolders(
            files.get(0).getParent(), List.of("negative", "positive"), files, new int[] {0, 1});
    ClassTexts all = ClassTexts.ofLines(name() + " " + split, found, StandardCharsets.UTF_8);
    Subset.Parts parts = Subset.Parts.atRandom(all.texts().size(), test, seed);
    ClassTexts trained = all.part(parts.train());
    Vocabulary vocabulary = Vocabulary.of(Tokens.PLAIN_WORDS, trained.texts(), words);
    ClassTexts texts = split.equals("train") ? trained : all.part(parts.kept());
    return new WordDataset(texts, vocabulary, length);
  }

  @Override
  public Optional<Dataset> empty(Map<String, Vocabulary> learned) {
    return WordDataset.empty(name(), learned, length);
  }
}
