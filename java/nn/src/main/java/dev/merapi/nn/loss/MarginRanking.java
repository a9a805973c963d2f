package dev.merapi.nn.loss;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Outputs;
import java.util.List;

/**
 * Margin ranking loss on pairs: the mean over the pairs of max(0, margin - y (x1 - x2)), where y =
 * +1 says that the first of two scores is to be the larger one, and y = -1 that the second is.
 *
 * <p>Prediction: the scores as two outputs [N] or [N, 1], or as one [N, 2]; target: I32 or of the
 * prediction's type, [N] or [N, 1]; y = +1 where it is above one half, else -1. {@link
 * PairwiseRanking} makes pairs of lists. Source: Herbrich, Graepel and Obermayer, "Large Margin
 * Rank Boundaries for Ordinal Regression", 2000; PyTorch, MarginRankingLoss.
 *
 * @param margin by how much the better score must exceed the other, at least 0
 */
public record MarginRanking(@Default("0") double margin) implements Loss {
  public MarginRanking {
    if (!(margin >= 0 && Double.isFinite(margin))) {
      throw new IllegalArgumentException("margin must be finite and at least 0, found " + margin);
    }
  }

  /** Without a margin. */
  public MarginRanking() {
    this(0);
  }

  @Override
  public Value build(Value prediction, Value target) {
    Shape shape = prediction.shape();
    GraphException.check(
        shape.rank() == 2 && shape.dim(1) == 2,
        "marginRanking: expected scores of pairs [N, 2], found %s",
        shape);
    int pairs = shape.dim(0);
    return build(
        Ops.slice(prediction, List.of(0, 0), List.of(pairs, 1)),
        Ops.slice(prediction, List.of(0, 1), List.of(pairs, 2)),
        target);
  }

  @Override
  public Value build(Outputs outputs, List<Value> targets) {
    if (outputs.size() == 1) {
      return build(outputs.first(), targets.get(0));
    }
    List<Value> scores = outputs.values();
    GraphException.check(
        scores.size() == 2 && scores.get(0).type().equals(scores.get(1).type()),
        "marginRanking: expected two outputs [N] or [N, 1], found %s",
        scores.stream().map(Value::type).toList());
    return build(scores.get(0), scores.get(1), targets.get(0));
  }

  private Value build(Value first, Value second, Value target) {
    Value difference = Ops.sub(first, second);
    ScoreTargets.check("marginRanking", difference, target);
    Value agreement = Ops.mul(ScoreTargets.signs(difference, target), difference);
    return Ops.mean(Ops.relu(Ops.add(Ops.neg(agreement), margin)));
  }
}
