package dev.merapi.train.decode;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * BLEU of a corpus of translations, from 0 to 100: how many of their words, pairs, triples and
 * quadruples of words the references have, too.
 *
 * <pre>
 * BLEU = 100 min(1, exp(1 - r / c)) (p1 p2 p3 p4)^(1/4)
 * </pre>
 *
 * <p>with c and r words in all translations and all references, and p_n the share of the
 * translations' n-grams that their sentence's reference has, each at most as often as there. A p_n
 * of 0 is smoothed to 1 / (2^k n-grams), for the k-th such n; without any common word BLEU is 0.
 * Upper and lower case differ; words are those of the tokenization 13a. Source: Papineni et al.,
 * "BLEU: a Method for Automatic Evaluation of Machine Translation", ACL 2002; tokenization and
 * smoothing of mteval-v13a, as in Post, "A Call for Clarity in Reporting BLEU Scores", WMT 2018
 * (sacreBLEU with its defaults).
 */
public final class Bleu {
  private static final int ORDER = 4;

  private record Replacement(Pattern pattern, String by) {
    Replacement(String regex, String by) {
      this(Pattern.compile(regex), by);
    }
  }

  /** In the order and the words of mteval-v13a. */
  private static final List<Replacement> TOKENIZATION =
      List.of(
          new Replacement("<skipped>", ""),
          new Replacement("-\n", ""),
          new Replacement("\n", " "),
          new Replacement("&quot;", "\""),
          new Replacement("&amp;", "&"),
          new Replacement("&lt;", "<"),
          new Replacement("&gt;", ">"),
          new Replacement("^|$", " "),
          new Replacement("([\\{-\\~\\[-\\` -\\&\\(-\\+\\:-\\@\\/])", " $1 "),
          new Replacement("([^0-9])([\\.,])", "$1 $2 "),
          new Replacement("([\\.,])([^0-9])", " $1 $2"),
          new Replacement("([0-9])(-)", "$1 $2 "));

  private static final Pattern BLANKS = Pattern.compile("(?U)\\s+");

  private final long[] matches = new long[ORDER];
  private final long[] counts = new long[ORDER];
  private long length;
  private long referenceLength;

  private Bleu() {}

  /**
   * BLEU of translations with one reference each.
   *
   * @throws IllegalArgumentException when there are not as many of both, or none
   */
  public static double of(List<String> translations, List<String> references) {
    if (translations.isEmpty() || translations.size() != references.size()) {
      throw new IllegalArgumentException(
          "expected a reference for each of at least one translation, found %d for %d"
              .formatted(references.size(), translations.size()));
    }
    Bleu bleu = new Bleu();
    for (int i = 0; i < translations.size(); i++) {
      bleu.add(words(translations.get(i)), words(references.get(i)));
    }
    return bleu.score();
  }

  /** The words of a sentence by the tokenization 13a. */
  static List<String> words(String sentence) {
    String text = sentence;
    for (Replacement replacement : TOKENIZATION) {
      text = replacement.pattern().matcher(text).replaceAll(replacement.by());
    }
    return Arrays.stream(BLANKS.split(text)).filter(word -> !word.isEmpty()).toList();
  }

  private void add(List<String> translation, List<String> reference) {
    length += translation.size();
    referenceLength += reference.size();
    for (int n = 1; n <= ORDER; n++) {
      Map<List<String>, Integer> known = grams(reference, n);
      for (Map.Entry<List<String>, Integer> gram : grams(translation, n).entrySet()) {
        counts[n - 1] += gram.getValue();
        matches[n - 1] += Math.min(gram.getValue(), known.getOrDefault(gram.getKey(), 0));
      }
    }
  }

  private static Map<List<String>, Integer> grams(List<String> words, int n) {
    Map<List<String>, Integer> grams = new HashMap<>();
    for (int i = 0; i + n <= words.size(); i++) {
      grams.merge(words.subList(i, i + n), 1, Integer::sum);
    }
    return grams;
  }

  private double score() {
    if (Arrays.stream(matches).sum() == 0 || counts[ORDER - 1] == 0) {
      return 0;
    }
    double logs = 0;
    double smoothing = 1;
    for (int i = 0; i < ORDER; i++) {
      double matched = matches[i];
      if (matched == 0) {
        smoothing *= 2;
        matched = 1 / smoothing;
      }
      logs += Math.log(matched / counts[i]) / ORDER;
    }
    double brevity = Math.min(1, Math.exp(1 - (double) referenceLength / length));
    return 100 * brevity * Math.exp(logs);
  }
}
