package dev.merapi.train.data;

import dev.merapi.nn.Default;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Multi30k, English descriptions of pictures and their French translations: 29,000 pairs for
 * training, 1,014 for validation, and the 1,000 of test_2016_flickr as {@code test}; inputs and
 * targets as {@link PairedSentences} has them.
 *
 * <p>Source: Elliott et al., "Multi30K: multilingual English-German image descriptions", 2016, and
 * Elliott et al., "Findings of the second shared task on multimodal machine translation and
 * multilingual image description", 2017. Files in the folder {@code multi30k}, plain or with {@code
 * .gz}.
 *
 * @param tokens what sentences are cut into
 * @param vocabulary how many numbers each language has at most, the four of no token included; they
 *     are those of the training sentences' most frequent tokens
 * @param length tokens of a sentence with its end; longer ones are cut
 * @param buckets shorter lengths, the shortest first: batches are of pairs with room in one of
 *     them, and are no longer than that; none: all batches have the full length
 */
public record Multi30k(
    @Default("words") Tokens tokens,
    @Default("10000") int vocabulary,
    @Default("50") int length,
    @Default("[]") List<Integer> buckets)
    implements DatasetSource {
  private static final String PUBLISHED =
      "https://raw.githubusercontent.com/multi30k/dataset/master/data/task1/raw/";

  public Multi30k {
    new PairEncoding(tokens, vocabulary, length, buckets);
  }

  private PairEncoding encoding() {
    return new PairEncoding(tokens, vocabulary, length, buckets);
  }

  /** Words. */
  public Multi30k(int vocabulary, int length) {
    this(Tokens.WORDS, vocabulary, length, List.of());
  }

  @Override
  public String name() {
    return "multi30k";
  }

  @Override
  public List<String> splits() {
    return List.of("train", "validation", "test");
  }

  @Override
  public List<Download> downloads() {
    return Stream.of(
            "d79cfa999dd4c51d2cb42499b6796d5a882c3a8a961923c25a898c90f8bbd56f train.en.gz",
            "622e75069e9f4c577425c4f277116ce66e63a2401c0a2312d90073cb12379a3c train.fr.gz",
            "14f7d25ddd868909a9213e361768460edcacdd6ab9d1e77b92560dc10c10dc28 val.en.gz",
            "ca3106f1a72390591d25f6c45cb4cd39dec4cd3f123e099748a3ce5256c160e9 val.fr.gz",
            "611d361c6334bc7246101d48097c13cf5c4413c5befc793cc629934359d532d9"
                + " test_2016_flickr.en.gz",
            "6d326e188d259fb1d04ac19eae3af956559b3a0b93d7635e56c90987c40c8b90"
                + " test_2016_flickr.fr.gz")
        .map(line -> line.split(" "))
        .map(sum -> Download.file(PUBLISHED + sum[1], sum[0]))
        .toList();
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
    String file =
        switch (split) {
          case "train" -> "train";
          case "validation" -> "val";
          default -> "test_2016_flickr";
        };
    return PairTexts.read(where.require(name(), file + ".en"), where.require(name(), file + ".fr"));
  }
}
