package dev.merapi.train.data;

import dev.merapi.nn.Default;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Sentences and their translations, from two files of one's own in which line i of the one is line
 * i of the other: inputs are the numbers of the source's tokens I32 [length], its length I32 [] and
 * the target's tokens behind a begin I32 [length], targets the target's tokens with an end I32
 * [length]; see {@link PairedSentences}.
 *
 * <p>The files of a split are {@code TRAIN.SOURCE} and {@code TRAIN.TARGET}, as in {@code
 * texts/train.en} and {@code texts/train.fr}: UTF-8, plain or with {@code .gz}. A relative path is
 * looked for in the working directory and then in the data folders. Source: the parallel corpora of
 * Koehn, "Europarl: a parallel corpus for statistical machine translation", 2005.
 *
 * @param train the files of the split {@code train} without the languages' endings
 * @param validation those of the split {@code validation}; empty for none
 * @param test those of the split {@code test}; empty for none
 * @param source the ending of the files that are translated
 * @param target the ending of the translations
 * @param tokens what sentences are cut into
 * @param vocabulary how many numbers each language has at most, the four of no token included; they
 *     are those of the training sentences' most frequent tokens
 * @param length tokens of a sentence with its end; longer ones are cut
 * @param buckets shorter lengths, the shortest first: batches are of pairs with room in one of
 *     them, and are no longer than that; none: all batches have the full length
 */
public record SentencePairs(
    String train,
    @Default("''") String validation,
    @Default("''") String test,
    String source,
    String target,
    @Default("words") Tokens tokens,
    @Default("10000") int vocabulary,
    @Default("50") int length,
    @Default("[]") List<Integer> buckets)
    implements DatasetSource {
  public SentencePairs {
    new PairEncoding(tokens, vocabulary, length, buckets);
  }

  private PairEncoding encoding() {
    return new PairEncoding(tokens, vocabulary, length, buckets);
  }

  @Override
  public String name() {
    return "sentence-pairs";
  }

  @Override
  public List<String> splits() {
    return Stream.of("train", "validation", "test").filter(s -> !prefix(s).isEmpty()).toList();
  }

  private String prefix(String split) {
    return switch (split) {
      case "train" -> train;
      case "validation" -> validation;
      default -> test;
    };
  }

  @Override
  public PairedSentences open(String split, DataDirectories where) {
    requireSplit(split);
    PairTexts trained = read("train", where);
    PairTexts wanted = split.equals("train") ? trained : read(split, where);
    return encoding().open(trained, wanted);
  }

  @Override
  public Dataset open(String split, DataDirectories where, Map<String, Vocabulary> learned) {
    requireSplit(split);
    return PairEncoding.areThere(learned)
        ? encoding().open(read(split, where), learned)
        : open(split, where);
  }

  @Override
  public Optional<Dataset> empty(Map<String, Vocabulary> learned) {
    return PairEncoding.areThere(learned)
        ? Optional.of(encoding().open(PairTexts.none(name()), learned))
        : Optional.empty();
  }

  private PairTexts read(String split, DataDirectories where) {
    String prefix = prefix(split);
    return PairTexts.read(where.locate(prefix + "." + source), where.locate(prefix + "." + target));
  }
}
