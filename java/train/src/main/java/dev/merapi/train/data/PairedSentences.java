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
 */
public final class PairedSentences implements MultiDataset {
  /** The vocabulary of what is read. */
  public static final String SOURCE = "source";

  /** The vocabulary of what is to be written. */
  public static final String TARGET = "target";

  private final PairTexts texts;
  private final Vocabulary source;
  private final Vocabulary target;
  private final int length;
  private final int[][] sources;
  private final int[][] targets;

  /** Some pairs; of sentences that are longer, the first tokens. */
  PairedSentences(PairTexts texts, Vocabulary source, Vocabulary target, int length) {
    this.texts = texts;
    this.source = source;
    this.target = target;
    this.length = length;
    this.sources = encode(texts.sources(), source);
    this.targets = encode(texts.targets(), target);
  }

  private static int[][] encode(List<String> sentences, Vocabulary vocabulary) {
    return sentences.stream().map(vocabulary::encode).toArray(int[][]::new);
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
    return length;
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
    return List.of(tokens(), TensorType.scalar(DType.I32), tokens());
  }

  @Override
  public List<TensorType> targetTypes() {
    return List.of(tokens());
  }

  private TensorType tokens() {
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
    put(sources[sample], Vocabulary.END, inputs.get(0));
    inputs.get(1).putInt(Math.min(sources[sample].length + 1, length));
    inputs.get(2).putInt(Vocabulary.BEGIN);
    int[] written = this.targets[sample];
    for (int i = 0; i < length - 1; i++) {
      inputs.get(2).putInt(i < written.length ? written[i] : Vocabulary.PADDING);
    }
    put(written, Vocabulary.END, targets.get(0));
  }

  private void put(int[] tokens, int end, ByteBuffer row) {
    for (int i = 0; i < length; i++) {
      row.putInt(i < tokens.length ? tokens[i] : i == tokens.length ? end : Vocabulary.PADDING);
    }
  }

  /** A sentence to be translated as the inputs that a model reads of it: tokens and how many. */
  public List<HostTensor> encode(String sentence) {
    int[] tokens = source.encode(sentence);
    HostTensor row = HostTensor.zeros(tokens());
    put(tokens, Vocabulary.END, row.bytes());
    int count = Math.min(tokens.length + 1, length);
    return List.of(row, HostTensor.filled(TensorType.scalar(DType.I32), count));
  }

  @Override
  public String description() {
    return "%s, %d pairs, %s and %s".formatted(texts.name(), size(), source, target);
  }
}
