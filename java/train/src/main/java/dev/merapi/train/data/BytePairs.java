package dev.merapi.train.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Learns subwords from words: first each character is a token, and then again and again the two
 * neighbours that are most often side by side within words are joined and are a token, too.
 *
 * <p>What is counted is the text of the two together, so that it is the same token however it came
 * about; of equally frequent ones the first in the alphabet is joined. Source: Sennrich, Haddow and
 * Birch, "Neural machine translation of rare words with subword units", ACL 2016.
 */
final class BytePairs {
  private static final Comparator<Map.Entry<String, Long>> MOST_FREQUENT =
      Map.Entry.<String, Long>comparingByValue()
          .reversed()
          .thenComparing(Map.Entry.comparingByKey());

  /** A word's tokens so far, and how often it is there. */
  private static final class Word {
    private final long count;
    private List<String> parts;

    Word(String text, long count) {
      this.parts = characters(text);
      this.count = count;
    }
  }

  private final Set<String> tokens = new LinkedHashSet<>();

  /** How often two neighbours are there, by their joined text, and in which words. */
  private final Map<String, Long> counts = new HashMap<>();

  private final Map<String, Set<Word>> places = new HashMap<>();

  /** Beside the current counts there are those that have been; these are passed over. */
  private final PriorityQueue<Map.Entry<String, Long>> queue = new PriorityQueue<>(MOST_FREQUENT);

  private BytePairs() {}

  /**
   * The characters of some words, the most frequent first, and then what was joined of them, in the
   * order in which it was; what is there only once is not joined.
   *
   * @param words how often each is there
   * @param most how many tokens at most
   */
  static List<String> learn(Map<String, Long> words, int most) {
    BytePairs pairs = new BytePairs();
    Map<String, Long> characters = new HashMap<>();
    List<Word> all = new ArrayList<>();
    words.forEach((text, count) -> all.add(new Word(text, count)));
    all.forEach(word -> word.parts.forEach(part -> characters.merge(part, word.count, Long::sum)));
    characters.entrySet().stream()
        .sorted(MOST_FREQUENT)
        .limit(most)
        .forEach(entry -> pairs.tokens.add(entry.getKey()));
    Set<String> changed = new HashSet<>();
    all.forEach(word -> pairs.count(word, 1, changed));
    pairs.enqueue(changed);
    while (pairs.tokens.size() < most && pairs.joinNext()) {}
    return List.copyOf(pairs.tokens);
  }

  /** Joins the most frequent neighbours; false when there are none that are there twice. */
  private boolean joinNext() {
    Map.Entry<String, Long> best = queue.poll();
    if (best == null) {
      return false;
    }
    String joined = best.getKey();
    if (best.getValue().equals(counts.get(joined))) {
      tokens.add(joined);
      Set<String> changed = new HashSet<>();
      for (Word word : List.copyOf(places.get(joined))) {
        count(word, -1, changed);
        word.parts = join(word.parts, joined);
        count(word, 1, changed);
      }
      enqueue(changed);
    }
    return true;
  }

  private void count(Word word, int sign, Set<String> changed) {
    for (int i = 1; i < word.parts.size(); i++) {
      String joined = word.parts.get(i - 1) + word.parts.get(i);
      counts.merge(joined, sign * word.count, Long::sum);
      Set<Word> containing = places.computeIfAbsent(joined, key -> new HashSet<>());
      if (sign > 0) {
        containing.add(word);
      } else {
        containing.remove(word);
      }
      changed.add(joined);
    }
  }

  private void enqueue(Set<String> changed) {
    for (String joined : changed) {
      long count = counts.get(joined);
      if (count > 1) {
        queue.add(Map.entry(joined, count));
      }
    }
  }

  private static List<String> join(List<String> parts, String joined) {
    List<String> after = new ArrayList<>(parts.size());
    for (int i = 0; i < parts.size(); i++) {
      boolean two = i + 1 < parts.size() && joined.equals(parts.get(i) + parts.get(i + 1));
      after.add(two ? joined : parts.get(i));
      i += two ? 1 : 0;
    }
    return after;
  }

  private static List<String> characters(String text) {
    return text.codePoints().mapToObj(Character::toString).collect(Collectors.toList());
  }

  /**
   * Cuts a word into tokens as they were learned: joins neighbours to the token with the lowest
   * number, as long as there are such; characters that are no tokens stay.
   */
  static List<String> split(String word, Map<String, Integer> numbers) {
    List<String> parts = characters(word);
    while (true) {
      int best = Integer.MAX_VALUE;
      String joined = null;
      for (int i = 1; i < parts.size(); i++) {
        String two = parts.get(i - 1) + parts.get(i);
        int number = numbers.getOrDefault(two, Integer.MAX_VALUE);
        if (number < best) {
          best = number;
          joined = two;
        }
      }
      if (joined == null) {
        return parts;
      }
      parts = join(parts, joined);
    }
  }
}
