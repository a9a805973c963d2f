package dev.merapi.train.data;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Words and their numbers: 0 fills texts that are too short, 1 is any word that is not known, and
 * the known ones follow, the most frequent first.
 */
final class WordVocabulary {
  static final int PADDING = 0;
  static final int UNKNOWN = 1;
  private static final int FIRST = 2;

  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+(?:['’][\\p{L}]+)?");

  private final List<String> words;
  private final Map<String, Integer> numbers = new HashMap<>();

  private WordVocabulary(List<String> words) {
    this.words = words;
    for (int i = 0; i < words.size(); i++) {
      numbers.put(words.get(i), FIRST + i);
    }
  }

  /** The most frequent words of some texts; of equally frequent ones the first in the alphabet. */
  static WordVocabulary of(List<String> texts, int size) {
    Map<String, Long> counts =
        texts.stream()
            .flatMap(text -> split(text).stream())
            .collect(Collectors.groupingBy(word -> word, Collectors.counting()));
    return new WordVocabulary(
        counts.entrySet().stream()
            .sorted(
                Comparator.comparing((Map.Entry<String, Long> entry) -> -entry.getValue())
                    .thenComparing(Map.Entry::getKey))
            .limit(size - FIRST)
            .map(Map.Entry::getKey)
            .toList());
  }

  /** The words of a text in lower case: letters and digits, with what follows an apostrophe. */
  static List<String> split(String text) {
    return WORD.matcher(text)
        .results()
        .map(found -> found.group().toLowerCase(Locale.ROOT))
        .toList();
  }

  /** The known words, from number 2 on. */
  List<String> words() {
    return words;
  }

  /** The numbers of a text's first words, and 0 behind its end. */
  int[] encode(String text, int length) {
    int[] encoded = new int[length];
    List<String> found = split(text);
    for (int i = 0; i < Math.min(length, found.size()); i++) {
      encoded[i] = numbers.getOrDefault(found.get(i), UNKNOWN);
    }
    return encoded;
  }
}
