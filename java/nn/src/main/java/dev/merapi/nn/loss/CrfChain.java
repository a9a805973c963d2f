package dev.merapi.nn.loss;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.pad;
import static dev.merapi.core.op.Ops.reshape;
import static dev.merapi.core.op.Ops.scan;
import static dev.merapi.core.op.Ops.select;
import static dev.merapi.core.op.Ops.sub;
import static dev.merapi.core.op.Ops.sum;
import static dev.merapi.core.op.Ops.transpose;
import static dev.merapi.nn.loss.Parts.part;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.recurrent.Scan;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.Shape;
import java.util.List;
import java.util.function.Function;

/**
 * The scores that the layer {@link dev.merapi.nn.layer.Crf} gives, place by place.
 *
 * @param all [T, N, L + 2, L]
 * @param start the scores of the first labels, [N, L]
 * @param moves for each place behind the first, the scores from each label to each, [T - 1, N, L,
 *     L]
 * @param end the scores of the last labels, [N, L]
 * @param counts 1 at the places that count, else 0, [T, N, 1]
 * @param ends 1 at the last place of each sequence that counts, else 0, [T, N, 1]
 */
record CrfChain(Value all, Value start, Value moves, Value end, Value counts, Value ends) {
  /** Scores [N, T, L + 2, L], of which places count until the first 0 of a mask [N, T]. */
  static CrfChain of(String user, Value scores, Value mask) {
    Shape shape = scores.shape();
    GraphException.check(
        shape.rank() == 4 && shape.dim(2) == shape.dim(3) + 2 && shape.dim(1) >= 1,
        "%s: expected scores [N, T, L + 2, L] of the layer crf, found %s",
        user,
        shape);
    int n = shape.dim(0);
    int places = shape.dim(1);
    int labels = shape.dim(3);
    Value all = transpose(scores, 1, 0, 2, 3);
    Value beginnings = part(part(all, 0, 0, 1), 2, labels, labels + 1);
    Value moves = part(part(all, 2, 0, labels), 0, 1, places);
    Value counts = counts(reshape(transpose(mask, 1, 0), places, n, 1));
    Value next = pad(part(counts, 0, 1, places), List.of(0, 0, 0), List.of(1, 0, 0), 0);
    Value ends = sub(counts, next);
    Value endings = reshape(part(all, 2, labels + 1, labels + 2), places, n, labels);
    Value zero = Constant.scalar(scores.graph(), scores.dtype(), 0);
    return new CrfChain(
        all,
        reshape(beginnings, n, labels),
        moves,
        sum(select(ends, endings, zero), 0),
        counts,
        ends);
  }

  /** From a mask, [T, N, 1], what is not behind its first 0. */
  private static Value counts(Value mask) {
    Shape row = mask.shape().slice(1, 3);
    Value begin = Constant.of(mask.graph(), mask.type().withShape(row), 1);
    return scan(
            List.of(begin),
            List.of(mask),
            (before, place) -> {
              Value own = mul(before.get(0), place.get(0));
              return new Scan.Carried(List.of(own), List.of(own));
            })
        .results()
        .get(0);
  }

  int labels() {
    return all.shape().dim(3);
  }

  /**
   * Goes along the places behind the first that count, and carries the scores of being at each
   * label, [N, L].
   *
   * @param step from the scores of going on from each label to each, [N, L, L], to those of being
   *     at each, and what else it gives
   */
  Scan.Carried forward(Function<Value, Scan.Carried> step) {
    int places = all.shape().dim(0);
    if (places == 1) {
      return new Scan.Carried(List.of(start), List.of());
    }
    return scan(
        List.of(start),
        List.of(moves, part(counts, 0, 1, places)),
        (states, elements) -> {
          Value before = states.get(0);
          Value from = reshape(before, before.shape().dim(0), labels(), 1);
          Scan.Carried found = step.apply(add(from, elements.get(0)));
          Value next = select(elements.get(1), found.states().get(0), before);
          return new Scan.Carried(List.of(next), found.results());
        });
  }
}
