package dev.merapi.nn.loss;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The beginnings of labels that prefix beam search keeps, with the probabilities of all paths so
 * far that give each, as logarithms.
 */
final class CtcPrefixes {
  /** Those of the paths that end in a blank, and of those that end in the last label. */
  private record Paths(double blank, double label) {
    static final Paths NONE = new Paths(Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY);

    double all() {
      return sum(blank, label);
    }

    Paths plus(Paths other) {
      return new Paths(sum(blank, other.blank), sum(label, other.label));
    }
  }

  private final int blank;
  private final int width;
  private Map<List<Integer>, Paths> kept = Map.of(List.of(), new Paths(0, Paths.NONE.label));

  CtcPrefixes(int blank, int width) {
    this.blank = blank;
    this.width = width;
  }

  /** Goes on by one place. */
  void step(double[] logits) {
    double total = Paths.NONE.blank;
    for (double logit : logits) {
      total = sum(total, logit);
    }
    Map<List<Integer>, Paths> next = new LinkedHashMap<>();
    for (Map.Entry<List<Integer>, Paths> entry : kept.entrySet()) {
      for (int c = 0; c < logits.length; c++) {
        extend(next, entry.getKey(), entry.getValue(), c, logits[c] - total);
      }
    }
    Map<List<Integer>, Paths> best = new LinkedHashMap<>();
    next.entrySet().stream()
        .sorted(Comparator.comparingDouble(entry -> -entry.getValue().all()))
        .limit(width)
        .forEach(entry -> best.put(entry.getKey(), entry.getValue()));
    kept = best;
  }

  /** Adds the paths that go on with a class, which is the same label again or a new one. */
  private void extend(
      Map<List<Integer>, Paths> next, List<Integer> labels, Paths paths, int c, double log) {
    if (c == blank) {
      next.merge(labels, new Paths(paths.all() + log, Paths.NONE.label), Paths::plus);
      return;
    }
    boolean again = !labels.isEmpty() && labels.get(labels.size() - 1) == c;
    if (again) {
      next.merge(labels, new Paths(Paths.NONE.blank, paths.label + log), Paths::plus);
    }
    double before = again ? paths.blank : paths.all();
    List<Integer> longer = Stream.concat(labels.stream(), Stream.of(c)).toList();
    next.merge(longer, new Paths(Paths.NONE.blank, before + log), Paths::plus);
  }

  /** The most probable one. */
  List<Integer> best() {
    return kept.keySet().iterator().next();
  }

  private static double sum(double a, double b) {
    double largest = Math.max(a, b);
    return largest == Double.NEGATIVE_INFINITY
        ? largest
        : largest + Math.log1p(Math.exp(Math.min(a, b) - largest));
  }
}
