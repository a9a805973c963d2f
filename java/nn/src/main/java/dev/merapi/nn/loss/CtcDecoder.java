package dev.merapi.nn.loss;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

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
    Shape shape = logits.shape();
    GraphException.check(
        shape.rank() == 3 && blank >= 0 && blank < shape.dim(2),
        "greedy: expected logits [N, T, classes] with more than %d classes, found %s",
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
      all.add(labels(logits, n * shape.dim(1), length, blank));
    }
    return all;
  }

  private static List<Integer> labels(HostTensor logits, int first, int length, int blank) {
    int classes = logits.shape().dim(2);
    List<Integer> labels = new ArrayList<>();
    int before = blank;
    for (int t = 0; t < length; t++) {
      int row = (first + t) * classes;
      int best = 0;
      for (int c = 1; c < classes; c++) {
        best = logits.get(row + c) > logits.get(row + best) ? c : best;
      }
      if (best != before && best != blank) {
        labels.add(best);
      }
      before = best;
    }
    return labels;
  }
}
