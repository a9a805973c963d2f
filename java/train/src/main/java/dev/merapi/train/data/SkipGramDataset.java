package dev.merapi.train.data;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The words of some sentences and what stands near them, as {@link SkipGrams} says. */
public final class SkipGramDataset implements DatasetView {
  private static final double POWER = 0.75;

  private final SkipGrams options;
  private final Vocabulary vocabulary;
  private final Dataset samples;

  /** The known words of all sentences. */
  private final int[] words;

  /** Where the sentence of each word begins. */
  private final int[] begin;

  /** Where the sentence of each word ends. */
  private final int[] end;

  /** By number, how likely a word is not left out. */
  private final double[] kept;

  /** By number, the sum of the weights of all words up to that one. */
  private final double[] drawn;

  SkipGramDataset(SkipGrams options, List<String> sentences, Vocabulary vocabulary) {
    this.options = options;
    this.vocabulary = vocabulary;
    List<int[]> known = new ArrayList<>();
    for (String sentence : sentences) {
      int[] numbers =
          Arrays.stream(vocabulary.encode(sentence)).filter(n -> n != Vocabulary.UNKNOWN).toArray();
      if (numbers.length > 1) {
        known.add(numbers);
      }
    }
    this.words = known.stream().flatMapToInt(Arrays::stream).toArray();
    this.begin = new int[words.length];
    this.end = new int[words.length];
    int place = 0;
    for (int[] sentence : known) {
      Arrays.fill(begin, place, place + sentence.length, place);
      Arrays.fill(end, place, place + sentence.length, place + sentence.length);
      place += sentence.length;
    }
    double[] counts = new double[vocabulary.size()];
    for (int word : words) {
      counts[word]++;
    }
    if (Arrays.stream(counts).filter(count -> count > 0).count() < 2) {
      throw new DataException(
          options.file() + ": expected sentences of at least two different words, found none");
    }
    this.kept = new double[counts.length];
    this.drawn = new double[counts.length];
    double sum = 0;
    for (int i = 0; i < counts.length; i++) {
      double rare = options.subsample() * words.length / counts[i]; // infinite where there is none
      kept[i] = options.subsample() == 0 ? 1 : Math.min(1, Math.sqrt(rare));
      sum += Math.pow(counts[i], POWER);
      drawn[i] = sum;
    }
    this.samples = new GeneratedDataset(form(), this::draw);
  }

  private GeneratedDataset.Form form() {
    TensorType candidates = new TensorType(DType.I32, Shape.of(options.negatives() + 1));
    return new GeneratedDataset.Form(
        options.file(),
        options.seed(),
        words.length,
        List.of(TensorType.scalar(DType.I32), candidates),
        List.of(candidates),
        2,
        true);
  }

  private void draw(
      int sample, RandomStream random, List<ByteBuffer> inputs, List<ByteBuffer> targets) {
    int place = sample;
    int near = near(place, random);
    while (!(random.chance(kept[words[place]]) && random.chance(kept[words[near]]))) {
      place = random.below(words.length);
      near = near(place, random);
    }
    inputs.get(0).putInt(words[place]);
    inputs.get(1).putInt(words[near]);
    targets.get(0).putInt(1);
    for (int i = 0; i < options.negatives(); i++) {
      inputs.get(1).putInt(otherThan(words[near], random));
      targets.get(0).putInt(0);
    }
  }

  /** The place of another word of the sentence. */
  private int near(int place, RandomStream random) {
    int distance = 1 + random.below(options.window());
    int first = Math.max(begin[place], place - distance);
    int last = Math.min(end[place] - 1, place + distance);
    int found = first + random.below(last - first);
    return found < place ? found : found + 1;
  }

  private int otherThan(int word, RandomStream random) {
    int found = word;
    while (found == word) {
      double weight = random.uniform(0, drawn[drawn.length - 1]);
      int index = Arrays.binarySearch(drawn, weight);
      // what is drawn lies below the sum of its word, and not below that of the word before
      found = index < 0 ? -index - 1 : firstAbove(index);
    }
    return found;
  }

  /** The next word that there is: those that are not have the sum of the one before. */
  private int firstAbove(int index) {
    int above = index;
    while (drawn[above] <= drawn[index]) {
      above++;
    }
    return above;
  }

  @Override
  public Dataset dataset() {
    return samples;
  }

  @Override
  public Map<String, Vocabulary> vocabularies() {
    return Map.of(Vocabulary.TEXT, vocabulary);
  }

  @Override
  public String description() {
    return "%s, %d of %s".formatted(options.file(), size(), vocabulary);
  }
}
