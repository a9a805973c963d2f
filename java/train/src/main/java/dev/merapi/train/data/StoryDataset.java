package dev.merapi.train.data;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@link Stories} tells: sample i is a pure function of seed, split and i. */
public final class StoryDataset implements MultiDataset {
  private static final List<String> NAMES =
      List.of("mary", "john", "sandra", "daniel", "julie", "fred");
  private static final List<String> PLACES =
      List.of("kitchen", "garden", "office", "hallway", "bathroom", "bedroom", "park", "school");
  private static final List<String> OBJECTS =
      List.of("milk", "apple", "football", "book", "umbrella");
  private static final List<String> WENT = List.of("went", "moved", "travelled", "journeyed");
  private static final List<String> TOOK = List.of("took", "grabbed", "found");

  /** Words by number; 0 is where a sentence has none. */
  private static final List<String> WORDS =
      Stream.of(
              List.of("<padding>"),
              NAMES,
              PLACES,
              OBJECTS,
              WENT,
              TOOK,
              List.of("to", "the", "where", "is", "what", "has"))
          .flatMap(List::stream)
          .toList();

  /** Of the longest sentence, "mary went to the kitchen". */
  static final int LENGTH = 5;

  /** One in so many stories, by their hash, is kept for the tests. */
  private static final int HELD = 5;

  private final String name;
  private final int sentences;
  private final List<int[]> stories = new ArrayList<>();
  private final List<int[]> questions = new ArrayList<>();
  private final int[] answers;

  /** Stories that are kept for the tests, or others. */
  StoryDataset(String name, int size, int sentences, boolean held, long seed) {
    this.name = name;
    this.sentences = sentences;
    this.answers = new int[size];
    RandomStream random = new RandomStream(seed, name, 0);
    for (int i = 0; i < size; i++) {
      random.begin(0, i);
      int[] story;
      int[] question = new int[LENGTH];
      int hash;
      do {
        story = new int[sentences * LENGTH];
        answers[i] = tell(random, story, question);
        hash = 31 * Arrays.hashCode(story) + Arrays.hashCode(question);
      } while ((Math.floorMod(hash, HELD) == 0) != held);
      stories.add(story);
      questions.add(question);
    }
  }

  /** Tells a story and asks about one of its sentences; gives the answer. */
  private int tell(RandomStream random, int[] story, int[] question) {
    int count = 2 + random.below(sentences - 1);
    int asked = random.below(count); // counted from the newest
    for (int row = count - 1; row >= 0; row--) {
      String who = draw(random, NAMES);
      boolean goes = random.chance(0.6);
      List<String> sentence =
          goes
              ? List.of(who, draw(random, WENT), "to", "the", draw(random, PLACES))
              : List.of(who, draw(random, TOOK), "the", draw(random, OBJECTS));
      write(sentence, story, row * LENGTH);
      if (row == asked) {
        List<String> words = goes ? List.of("where", "is", who) : List.of("what", "has", who);
        Arrays.fill(question, 0);
        write(words, question, 0);
      }
    }
    return answer(story, question);
  }

  private static String draw(RandomStream random, List<String> words) {
    return words.get(random.below(words.size()));
  }

  private static void write(List<String> sentence, int[] to, int offset) {
    for (int i = 0; i < sentence.size(); i++) {
      to[offset + i] = WORDS.indexOf(sentence.get(i));
    }
  }

  /**
   * The last word of the newest sentence of the question's kind about the one who was asked for.
   */
  private static int answer(int[] story, int[] question) {
    boolean where = WORDS.get(question[0]).equals("where");
    int row = 0;
    while (story[row] != question[2] || (story[row + LENGTH - 1] != 0) != where) {
      row += LENGTH;
    }
    return story[row + (where ? LENGTH - 1 : LENGTH - 2)];
  }

  /** A sample's story in the order of its events, its question and its answer. */
  public String text(int sample) {
    List<String> sentences = new ArrayList<>();
    int[] story = stories.get(sample);
    for (int row = story.length - LENGTH; row >= 0; row -= LENGTH) {
      if (story[row] != 0) {
        sentences.add(words(Arrays.copyOfRange(story, row, row + LENGTH)) + ".");
      }
    }
    sentences.add(words(questions.get(sample)) + "?");
    sentences.add(WORDS.get(answers[sample]));
    return String.join(" ", sentences);
  }

  private static String words(int[] numbers) {
    return Arrays.stream(numbers)
        .filter(number -> number != 0)
        .mapToObj(WORDS::get)
        .collect(Collectors.joining(" "));
  }

  @Override
  public int size() {
    return answers.length;
  }

  @Override
  public List<TensorType> inputTypes() {
    return List.of(
        new TensorType(DType.I32, Shape.of(sentences, LENGTH)),
        new TensorType(DType.I32, Shape.of(LENGTH)));
  }

  @Override
  public List<TensorType> targetTypes() {
    return List.of(TensorType.scalar(DType.I32));
  }

  @Override
  public int classes(int target) {
    return WORDS.size();
  }

  @Override
  public List<String> classNames() {
    return WORDS;
  }

  @Override
  public void copy(int sample, List<ByteBuffer> inputs, List<ByteBuffer> targets) {
    copy(stories.get(sample), inputs.get(0));
    copy(questions.get(sample), inputs.get(1));
    targets.get(0).putInt(answers[sample]);
  }

  private static void copy(int[] words, ByteBuffer to) {
    for (int word : words) {
      to.putInt(word);
    }
  }

  @Override
  public String description() {
    return name + ", " + size() + " samples";
  }
}
