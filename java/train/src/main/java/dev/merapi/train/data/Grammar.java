package dev.merapi.train.data;

import dev.merapi.nn.Default;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Sentences of a small made-up English with the part of speech of each word, for a tagger: words
 * I32 [length] and their number; targets the tags I32 [length], -1 behind a sentence's end.
 *
 * <p>They are derived from a probabilistic context-free grammar. Most words may be several parts of
 * speech, such as {@code light}, {@code round} and {@code can}: only the words on both sides, and
 * the tags that may stand beside each other, tell which it is. Source: Booth and Thompson,
 * "Applying probability measures to abstract languages", IEEE Transactions on Computers C-22(5),
 * 1973, for such grammars; this one is of our own making.
 *
 * @param train sentences of the split {@code train}
 * @param test sentences of the split {@code test}
 * @param length the most words of a sentence, at least 3
 * @param seed what they are drawn from
 */
public record Grammar(
    @Default("500") int train,
    @Default("1000") int test,
    @Default("16") int length,
    @Default("1") long seed)
    implements DatasetSource {
  private static final int SHORTEST = 3;
  private static final int MOST_WORDS = 1000;

  /** What a symbol may become, each with the weight of its probability. */
  private static final Map<String, List<Rule>> RULES =
      Map.of(
          "S", rules("8 NP VP", "2 NP VP CONJ S"),
          "NP", rules("2 PRON", "4 DET NOM", "2 NOM"),
          "NOM", rules("5 NOUN", "3 ADJ NOM", "2 NOUN PP"),
          "VP", rules("1 V", "4 V NP", "1 V ADV", "2 V NP PP", "1 V NP ADV"),
          "V", rules("3 VERB", "2 AUX VERB", "1 AUX ADV VERB"),
          "PP", rules("1 PREP NP"));

  /** The words of each part of speech, all as likely. */
  private static final Map<String, List<String>> WORDS =
      new TreeMap<>(
          Map.of(
              "DET", split("the that those her"),
              "PRON", split("she that those her"),
              "NOUN",
                  split(
                      "cat light watch can will must fast round back past right fish book plant"
                          + " show walk well"),
              "VERB",
                  split(
                      "sees light watch can fast round back right fish book plant show walk open"
                          + " clean like near"),
              "ADJ", split("old light fast round down back near well past right open clean"),
              "ADV", split("often fast down back well right clean so"),
              "AUX", split("can will must"),
              "PREP", split("of round down like near past for since"),
              "CONJ", split("and that so for since")));

  private record Rule(int weight, List<String> symbols) {}

  private static List<Rule> rules(String... texts) {
    return Arrays.stream(texts)
        .map(Grammar::split)
        .map(part -> new Rule(Integer.parseInt(part.get(0)), part.subList(1, part.size())))
        .toList();
  }

  private static List<String> split(String text) {
    return List.of(text.split(" "));
  }

  public Grammar {
    if (train < 1 || test < 1 || length < SHORTEST) {
      throw new IllegalArgumentException(
          "expected at least 1 sentence and a length of at least %d, found train %d, test %d, length %d"
              .formatted(SHORTEST, train, test, length));
    }
  }

  /** 500 training and 1,000 test sentences of at most 16 words. */
  public Grammar() {
    this(500, 1000, 16, 1);
  }

  @Override
  public String name() {
    return "grammar";
  }

  @Override
  public TaggedDataset open(String split, DataDirectories where) {
    requireSplit(split);
    List<TaggedDataset.Sentence> sentences = new ArrayList<>();
    for (int i = 0; i < (split.equals("train") ? train : test); i++) {
      RandomStream random = new RandomStream(seed, name() + "/" + split, 0);
      random.begin(0, i);
      sentences.add(sentence(random));
    }
    return new TaggedDataset(
        name() + " " + split, sentences, vocabulary(), List.copyOf(WORDS.keySet()), length);
  }

  private static Vocabulary vocabulary() {
    Set<String> words = new TreeSet<>();
    WORDS.values().forEach(words::addAll);
    return Vocabulary.of(Tokens.PLAIN_WORDS, List.of(String.join(" ", words)), MOST_WORDS);
  }

  /** A sentence that is neither too short nor too long; what is, is drawn again. */
  private TaggedDataset.Sentence sentence(RandomStream random) {
    List<String> words = new ArrayList<>();
    List<String> tags = new ArrayList<>();
    do {
      words.clear();
      tags.clear();
      derive("S", random, words, tags);
    } while (words.size() < SHORTEST || words.size() > length);
    return new TaggedDataset.Sentence(words, tags);
  }

  private static void derive(
      String symbol, RandomStream random, List<String> words, List<String> tags) {
    List<String> choices = WORDS.get(symbol);
    if (choices != null) {
      words.add(choices.get(random.below(choices.size())));
      tags.add(symbol);
      return;
    }
    List<Rule> rules = RULES.get(symbol);
    int rest = random.below(rules.stream().mapToInt(Rule::weight).sum());
    for (Rule rule : rules) {
      rest -= rule.weight();
      if (rest < 0) {
        rule.symbols().forEach(next -> derive(next, random, words, tags));
        return;
      }
    }
    throw new IllegalStateException("no rule of " + symbol + " was drawn");
  }
}
