package dev.merapi.nn.loss;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.argMax;
import static dev.merapi.core.op.Ops.mean;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.oneHot;
import static dev.merapi.core.op.Ops.reduceMin;
import static dev.merapi.core.op.Ops.relu;
import static dev.merapi.core.op.Ops.reshape;
import static dev.merapi.core.op.Ops.select;
import static dev.merapi.core.op.Ops.sub;
import static dev.merapi.core.op.Ops.sum;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Constant;
import dev.merapi.nn.Default;

/**
 * Top-k hinge loss, which asks that the label be among the k best classes: the mean over all labels
 * y of max(0, (a_[1] + ... + a_[k]) / k), where a_[1] &gt;= a_[2] &gt;= ... are the sorted a_j =
 * s_j - s_y + margin for j != y, and a_y = 0.
 *
 * <p>With k = 1 it is Crammer and Singer's multi-class hinge loss. Prediction: scores [N, classes]
 * or [T, N, classes]; target: labels, I32, of 0 to classes - 1, in the scores' shape without the
 * last axis. Source: Lapin, Hein and Schiele, "Top-k Multiclass SVM", NIPS 2015 (the loss alpha).
 *
 * @param k from 1 to the number of classes
 * @param margin by how much the label's score must exceed the others, above 0
 */
public record TopKHinge(@Default("5") int k, @Default("1") double margin) implements Loss {
  public TopKHinge {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, found " + k);
    }
    if (!(margin > 0 && Double.isFinite(margin))) {
      throw new IllegalArgumentException("margin must be finite and above 0, found " + margin);
    }
  }

  /** With margin 1. */
  public TopKHinge(int k) {
    this(k, 1);
  }

  public TopKHinge margin(double margin) {
    return new TopKHinge(k, margin);
  }

  @Override
  public boolean scoresClasses() {
    return true;
  }

  @Override
  public Value build(Value prediction, Value target) {
    ClassScores scores = ClassScores.of("topKHinge", prediction, target);
    GraphException.check(
        k <= scores.classes(),
        "topKHinge: expected at least k = %d classes, found %d",
        k,
        scores.classes());
    Value violations = scores.violations(margin);
    Value zero = Constant.scalar(violations.graph(), violations.dtype(), 0);
    Value best = sum(select(largest(violations), violations, zero), 1);
    return mean(relu(mul(best, 1.0 / k)));
  }

  /** 1 at the k largest of each row, found one after the other, else 0. */
  private Value largest(Value rows) {
    int count = rows.shape().dim(0);
    int columns = rows.shape().dim(1);
    Value lowest = sub(reshape(reduceMin(rows, 1), count, 1), 1);
    Value left = rows;
    Value found = null;
    for (int i = 0; i < k; i++) {
      Value next = oneHot(argMax(left, 1), columns, rows.dtype());
      left = select(next, lowest, left);
      found = found == null ? next : add(found, next);
    }
    return found;
  }
}
