package dev.merapi.nn.loss;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Labels from the logits of a model that {@link Ctc} trained. Source: Graves, Fernández, Gomez and
 * Schmidhuber, "Connectionist temporal classification", ICML 2006, section 3.2 (best path
 * decoding).
 */
public final class CtcDecoder {
  private CtcDecoder() {}

  /**
   * The labels of the most probable path: the largest logit at every place, repetitions joined,
   * then blanks left out.
   *
   * @param logits [N, T, classes]
   * @param blank the class that means no label
   * @param lengths how many places of each sequence count, from 0 to T; none for all
   * @return the labels of each sequence
   * @throws GraphException when the logits have another rank, or the blank is no class
   * @throws IllegalArgumentException when there are other than 0 or N lengths, or one is not from 0
   *     to T
   */
  public static List<List<Integer>> greedy(HostTensor logits, int blank, int... lengths) {
    return decode("greedy", logits, blank, lengths, rows -> bestPath(rows, blank));
  }

  /**
   * Prefix beam search for the most probable labels, whose paths are added up: at every place the
   * most probable beginnings are kept. It finds the best labels of all where the width exceeds the
   * number of beginnings. Source: Hannun et al., "First-Pass Large Vocabulary Continuous Speech
   * Recognition using Bi-Directional Recurrent DNNs", 2014, algorithm 1, without prior
   * probabilities of words.
   *
   * @param width how many beginnings are kept, at least 1
   * @return the labels of each sequence
   * @throws GraphException as {@link #greedy}
   * @throws IllegalArgumentException as {@link #greedy}, or when the width is below 1
   */
  public static List<List<Integer>> beam(HostTensor logits, int blank, int width, int... lengths) {
    if (width < 1) {
      throw new IllegalArgumentException("width must be at least 1, found " + width);
    }
    return decode(
        "beam",
        logits,
        blank,
        lengths,
        rows -> {
          CtcPrefixes prefixes = new CtcPrefixes(blank, width);
          for (double[] row : rows) {
            prefixes.step(row);
          }
          return prefixes.best();
        });
  }

  private static List<List<Integer>> decode(
      String name,
      HostTensor logits,
      int blank,
      int[] lengths,
      Function<double[][], List<Integer>> decoder) {
    Shape shape = logits.shape();
    GraphException.check(
        shape.rank() == 3 && blank >= 0 && blank < shape.dim(2),
        "%s: expected logits [N, T, classes] with more than %d classes, found %s",
        name,
        blank,
        shape);
    if (lengths.length != 0 && lengths.length != shape.dim(0)) {
      throw new IllegalArgumentException(
          "expected %d lengths, found %d".formatted(shape.dim(0), lengths.length));
    }
    List<List<Integer>> all = new ArrayList<>();
    for (int n = 0; n < shape.dim(0); n++) {
      int length = lengths.length == 0 ? shape.dim(1) : lengths[n];
      if (length < 0 || length > shape.dim(1)) {
        throw new IllegalArgumentException(
            "expected lengths from 0 to %d, found %d".formatted(shape.dim(1), length));
      }
      double[][] rows = new double[length][shape.dim(2)];
      for (int t = 0; t < length; t++) {
        for (int c = 0; c < rows[t].length; c++) {
          rows[t][c] = logits.get((n * shape.dim(1) + t) * rows[t].length + c);
        }
      }
      all.add(decoder.apply(rows));
    }
    return all;
  }

  private static List<Integer> bestPath(double[][] rows, int blank) {
    List<Integer> labels = new ArrayList<>();
    int before = blank;
    for (double[] row : rows) {
      int best = 0;
      for (int c = 1; c < row.length; c++) {
        best = row[c] > row[best] ? c : best;
      }
      if (best != before && best != blank) {
        labels.add(best);
      }
      before = best;
    }
    return labels;
  }
}
