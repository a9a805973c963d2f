package dev.merapi.nn.loss;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.oneHot;
import static dev.merapi.core.op.Ops.reshape;
import static dev.merapi.core.op.Ops.select;
import static dev.merapi.core.op.Ops.sub;
import static dev.merapi.core.op.Ops.sumKeepDims;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;

/**
 * Scores of classes against labels, a row for each label.
 *
 * @param rows [labels, classes]
 * @param labels I32 [labels]
 */
record ClassScores(Value rows, Value labels) {
  /** From logits [N, classes] or [T, N, classes] and a label at each place. */
  static ClassScores of(String loss, Value prediction, Value target) {
    Shape logits = prediction.shape();
    GraphException.check(
        logits.rank() == 2 || logits.rank() == 3,
        "%s: expected logits [N, classes] or [T, N, classes], found %s",
        loss,
        logits);
    Shape places = logits.slice(0, logits.rank() - 1);
    GraphException.check(
        target.dtype() == DType.I32 && target.shape().equals(places),
        "%s: expected I32 labels %s for logits %s, found %s",
        loss,
        places,
        logits,
        target.type());
    int count = places.elements();
    return new ClassScores(reshape(prediction, count, logits.dim(-1)), reshape(target, count));
  }

  int classes() {
    return rows.shape().dim(1);
  }

  /** By how much each class comes too near: 0 at the label y, s_j - s_y + margin elsewhere. */
  Value violations(double margin) {
    Value zero = Constant.scalar(rows.graph(), rows.dtype(), 0);
    Value own = oneHot(labels, classes(), rows.dtype());
    // Chosen, not multiplied: another class's score may be infinite.
    Value ownScore = sumKeepDims(select(own, rows, zero), 1);
    return select(own, zero, add(sub(rows, ownScore), margin));
  }
}
