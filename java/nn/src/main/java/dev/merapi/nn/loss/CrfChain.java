package dev.merapi.nn.loss;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.pad;
import static dev.merapi.core.op.Ops.reshape;
import static dev.merapi.core.op.Ops.select;
import static dev.merapi.core.op.Ops.sub;
import static dev.merapi.core.op.Ops.sum;
import static dev.merapi.core.op.Ops.transpose;
import static dev.merapi.nn.loss.TimeSteps.part;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.movement.Concat;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * The scores that the layer {@link dev.merapi.nn.layer.Crf} gives, place by place.
 *
 * @param all [T, N, L + 2, L]
 * @param start the scores of the first labels, [N, L]
 * @param moves for each place behind the first, the scores from each label to each, [N, L, L]
 * @param end the scores of the last labels, [N, L]
 * @param counts for each place whether it counts, [N, 1]
 * @param ends 1 at the last place of each sequence that counts, else 0, [T, N, 1]
 */
record CrfChain(
    Value all, Value start, List<Value> moves, Value end, List<Value> counts, Value ends) {
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
    List<Value> moves = TimeSteps.of(part(all, 2, 0, labels));
    List<Value> counts = new ArrayList<>();
    for (Value place : TimeSteps.of(reshape(transpose(mask, 1, 0), places, n, 1))) {
      counts.add(counts.isEmpty() ? place : mul(counts.get(counts.size() - 1), place));
    }
    Value counted = reshape(Concat.of(0, counts), places, n, 1);
    Value next = pad(part(counted, 0, 1, places), List.of(0, 0, 0), List.of(1, 0, 0), 0);
    Value ends = sub(counted, next);
    Value endings = reshape(part(all, 2, labels + 1, labels + 2), places, n, labels);
    Value zero = Constant.scalar(scores.graph(), scores.dtype(), 0);
    return new CrfChain(
        all,
        reshape(beginnings, n, labels),
        moves.subList(1, places),
        sum(select(ends, endings, zero), 0),
        counts,
        ends);
  }

  int labels() {
    return all.shape().dim(3);
  }

  /** The scores of going on from each label to each, [N, L, L], given those of being there. */
  Value onward(Value forward, int place) {
    Value from = reshape(forward, forward.shape().dim(0), labels(), 1);
    return add(from, moves.get(place - 1));
  }

  /** Whether each place counts, [T, N, 1]. */
  Value counted() {
    Shape shape = all.shape();
    return reshape(Concat.of(0, counts), shape.dim(0), shape.dim(1), 1);
  }
}
