package dev.merapi.cli.yaml;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** The known word that is nearest to an unknown one. */
public final class Suggestion {
  private Suggestion() {}

  /**
   * {@code "; did you mean 'x'?"} for the nearest word by edit distance; all words where none is
   * near.
   */
  public static String of(String unknown, Collection<String> known) {
    if (known.isEmpty()) {
      return "; there are none";
    }
    String nearest =
        known.stream().min(Comparator.comparingInt(word -> distance(unknown, word))).orElseThrow();
    int limit = Math.max(2, nearest.length() / 3);
    return distance(unknown, nearest) <= limit
        ? "; did you mean '" + nearest + "'?"
        : "; known: " + String.join(", ", known);
  }

  /** Levenshtein's distance, upper and lower case being the same. */
  static int distance(String a, String b) {
    String left = a.toLowerCase(Locale.ROOT);
    String right = b.toLowerCase(Locale.ROOT);
    int[] row = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int replaced = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[right.length()];
  }
}
