package dev.merapi.nn.loss;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;

/**
 * Pairwise ranking loss on lists: the mean over all pairs (i, j) of items of one list of which i is
 * the more relevant one, t_i &gt; t_j, of
 *
 * <pre>
 * log(1 + exp(-(s_i - s_j)))        (logistic: RankNet)
 * max(0, margin - (s_i - s_j))      (hinge: ranking SVM)
 * </pre>
 *
 * <p>0 when there is no such pair. Prediction: scores s of the items of lists [lists, items], or of
 * one list, which the batch is, [N] or [N, 1]; target: relevances t, I32 or of the prediction's
 * type, in the prediction's shape or that without a last axis of 1. Memory grows with the square of
 * the items. Source: Burges et al., "Learning to Rank using Gradient Descent", ICML 2005; Joachims,
 * "Optimizing Search Engines using Clickthrough Data", KDD 2002.
 *
 * @param form which of the two
 * @param margin of the hinge, above 0
 */
public record PairwiseRanking(@Default("logistic") Form form, @Default("1") double margin)
    implements Loss {
  /** What a pair costs. */
  public enum Form {
    /** Of RankNet. */
    LOGISTIC,
    /** Of ranking support vector machines. */
    HINGE
  }

  public PairwiseRanking {
    if (!(margin > 0 && Double.isFinite(margin))) {
      throw new IllegalArgumentException("margin must be finite and above 0, found " + margin);
    }
  }

  /** RankNet's. */
  public PairwiseRanking() {
    this(Form.LOGISTIC, 1);
  }

  public PairwiseRanking form(Form form) {
    return new PairwiseRanking(form, margin);
  }

  public PairwiseRanking margin(double margin) {
    return new PairwiseRanking(form, margin);
  }

  @Override
  public Value build(Value prediction, Value target) {
    Shape shape = prediction.shape();
    GraphException.check(
        shape.rank() == 1 || shape.rank() == 2,
        "pairwiseRanking: expected scores [lists, items], [N] or [N, 1], found %s",
        shape);
    ScoreTargets.check("pairwiseRanking", prediction, target);
    Value advantages = pairs(prediction);
    Value zero = Constant.scalar(prediction.graph(), prediction.dtype(), 0);
    Value wanted = Ops.greater(pairs(ScoreTargets.numbers(prediction, target)), zero);
    Value costs =
        form == Form.LOGISTIC
            ? Ops.softplus(Ops.neg(advantages))
            : Ops.relu(Ops.add(Ops.neg(advantages), margin));
    Value count = Ops.max(Ops.sum(wanted), 1);
    return Ops.div(Ops.sum(Ops.select(wanted, costs, zero)), count);
  }

  /** By how much each item i of a list exceeds each item j: [lists, i, j]. */
  private static Value pairs(Value scores) {
    Shape shape = scores.shape();
    boolean batch = shape.rank() == 1 || shape.dim(1) == 1;
    int lists = batch ? 1 : shape.dim(0);
    int items = batch ? shape.dim(0) : shape.dim(1);
    return Ops.sub(Ops.reshape(scores, lists, items, 1), Ops.reshape(scores, lists, 1, items));
  }
}
