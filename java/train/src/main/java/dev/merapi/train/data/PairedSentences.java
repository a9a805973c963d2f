package dev.merapi.train.data;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Sentences and their translations as numbers of tokens, for a model that reads the one and learns
 * to write the other.
 *
 * <p>Inputs: {@code source} I32 [length], the tokens and an {@linkplain Vocabulary#END end}; how
 * many that are, I32 [], at least 1; and {@code target} I32 [length], a {@linkplain
 * Vocabulary#BEGIN begin} and the tokens. Targets: the tokens that follow each of these, I32
 * [length], the last one an end. Behind all of them there is {@linkplain Vocabulary#PADDING 0},
 * which a loss is to ignore: {@code softmaxCrossEntropy: {ignoreIndex: 0}}. A sentence that is
 * longer is cut, and then has no end.
 *
 * <p>With {@link Buckets}, a batch of short pairs is as long as their bucket instead of {@code
 * length}.
 */
public final class PairedSentences implements MultiDataset {
  /** The vocabulary of what is read. */
  public static final String SOURCE = "source";

  /** The vocabulary of what is to be written. */
  public static final String TARGET = "target";

  private final PairTexts texts;
  private final Vocabulary source;
  private final Vocabulary target;
  private final int[] lengths;
  private final int[][] sources;
  private final int[][] targets;

  /**
   * Some pairs.
   *
   * @param lengths of the buckets, the longest last; of sentences that are longer than this, the
   *     first tokens count
   */
  PairedSentences(PairTexts texts, Vocabulary source, Vocabulary target, List<Integer> lengths) {
    this.texts = texts;
    this.source = source;
    this.target = target;
    this.lengths = lengths.stream().mapToInt(i -> i).toArray();
    this.sources = source.encode(texts.sources());
    this.targets = target.encode(texts.targets());
  }

  /** The sentences that are translated, by sample. */
  public List<String> sources() {
    return texts.sources();
  }

  /** Their translations, by sample. */
  public List<String> targets() {
    return texts.targets();
  }

  /** Tokens of a sentence at most, an end or a begin included. */
  public int length() {
    return lengths[lengths.length - 1];
  }

  @Override
  public Map<String, Vocabulary> vocabularies() {
    return Map.of(SOURCE, source, TARGET, target);
  }

  @Override
  public int size() {
    return sources.length;
  }

  @Override
  public List<TensorType> inputTypes() {
    return inputTypes(length());
  }

  @Override
  public List<TensorType> targetTypes() {
    return List.of(tokens(length()));
  }

  private static List<TensorType> inputTypes(int length) {
    return List.of(tokens(length), TensorType.scalar(DType.I32), tokens(length));
  }

  private static TensorType tokens(int length) {
    return new TensorType(DType.I32, Shape.of(length));
  }

  /** The size of the target's vocabulary. */
  @Override
  public int classes(int index) {
    return target.size();
  }

  @Override
  public List<String> classNames() {
    return IntStream.range(0, target.size()).mapToObj(target::token).toList();
  }

  @Override
  public void copy(int sample, List<ByteBuffer> inputs, List<ByteBuffer> targets) {
    copy(sample, length(), inputs, targets);
  }

  private void copy(int sample, int length, List<ByteBuffer> inputs, List<ByteBuffer> targets) {
    int[] read = sources[sample];
    int[] written = this.targets[sample];
    put(read, length, inputs.get(0));
    inputs.get(1).putInt(count(read, length));
    inputs.get(2).putInt(Vocabulary.BEGIN);
    for (int i = 0; i < length - 1; i++) {
      inputs.get(2).putInt(i < written.length ? written[i] : Vocabulary.PADDING);
    }
    put(written, length, targets.get(0));
  }

  /** The first tokens, an end behind the last one, and padding. */
  private static void put(int[] tokens, int length, ByteBuffer row) {
    for (int i = 0; i < length; i++) {
      int behind = i == tokens.length ? Vocabulary.END : Vocabulary.PADDING;
      row.putInt(i < tokens.length ? tokens[i] : behind);
    }
  }

  /** How many of a sentence's tokens there are, its end included. */
  private static int count(int[] tokens, int length) {
    return Math.min(tokens.length + 1, length);
  }

  /** A sentence to be translated as the inputs that a model reads of it: tokens and how many. */
  public List<HostTensor> encode(String sentence) {
    int[] tokens = source.encode(sentence);
    HostTensor row = HostTensor.zeros(tokens(length()));
    put(tokens, length(), row.bytes());
    HostTensor count = HostTensor.filled(TensorType.scalar(DType.I32), count(tokens, length()));
    return List.of(row, count);
  }

  /** A pair is in the first bucket in which both sentences have room, and else in the last. */
  @Override
  public Buckets buckets() {
    return new LengthBuckets();
  }

  private final class LengthBuckets implements Buckets {
    @Override
    public int count() {
      return lengths.length;
    }

    @Override
    public int of(int sample) {
      int bucket = 0;
      int longest = Math.max(sources[sample].length, targets[sample].length) + 1;
      while (bucket < lengths.length - 1 && lengths[bucket] < longest) {
        bucket++;
      }
      return bucket;
    }

    @Override
    public List<TensorType> inputTypes(int bucket) {
      return PairedSentences.inputTypes(lengths[bucket]);
    }

    @Override
    public List<TensorType> targetTypes(int bucket) {
      return List.of(tokens(lengths[bucket]));
    }

    @Override
    public Reader reader(int bucket) {
      return (sample, epoch, inputs, targets) -> copy(sample, lengths[bucket], inputs, targets);
    }
  }

  @Override
  public String description() {
    return "%s, %d pairs, %s and %s".formatted(texts.name(), size(), source, target);
  }
}
