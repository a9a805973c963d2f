package dev.merapi.nn.loss;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.div;
import static dev.merapi.core.op.Ops.mean;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.neg;
import static dev.merapi.core.op.Ops.select;
import static dev.merapi.core.op.Ops.softplus;
import static dev.merapi.core.op.Ops.sub;
import static dev.merapi.core.op.Ops.sum;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.DType;
import dev.merapi.nn.Default;

/**
 * Binary cross-entropy of logits: the mean over all elements of -w t log p - (1 - t) log(1 - p),
 * where p = sigmoid(x) for a logit x, t is the probability that was wanted, and w the weight of the
 * positive class.
 *
 * <p>Computed as softplus(x) - t x where w = 1, which is exact for logits of any size. Prediction:
 * logits of any shape; target: probabilities from 0 to 1 of the prediction's type, or I32 labels,
 * positive above 0; in the prediction's shape, or that without a last axis of 1. Source: PyTorch,
 * BCEWithLogitsLoss; label smoothing as in Keras, BinaryCrossentropy.
 *
 * @param posWeight w, above 0: how much more the positive class counts
 * @param labelSmoothing s, from 0 to below 1: t becomes (1 - s) t + s / 2
 * @param ignoreTarget the target of elements that do not count, over which the mean is not taken,
 *     such as -1; null for none
 */
public record BinaryCrossEntropy(
    @Default("1") double posWeight,
    @Default("0") double labelSmoothing,
    @Default("null") Double ignoreTarget)
    implements Loss {
  public BinaryCrossEntropy {
    if (!(posWeight > 0 && Double.isFinite(posWeight))) {
      throw new IllegalArgumentException(
          "posWeight must be finite and above 0, found " + posWeight);
    }
    if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
      throw new IllegalArgumentException(
          "labelSmoothing must be at least 0 and less than 1, found " + labelSmoothing);
    }
  }

  /** Both classes count alike. */
  public BinaryCrossEntropy() {
    this(1, 0, null);
  }

  public BinaryCrossEntropy posWeight(double posWeight) {
    return new BinaryCrossEntropy(posWeight, labelSmoothing, ignoreTarget);
  }

  public BinaryCrossEntropy labelSmoothing(double labelSmoothing) {
    return new BinaryCrossEntropy(posWeight, labelSmoothing, ignoreTarget);
  }

  public BinaryCrossEntropy ignoreTarget(double ignoreTarget) {
    return new BinaryCrossEntropy(posWeight, labelSmoothing, ignoreTarget);
  }

  @Override
  public boolean scoresTwoClasses() {
    return true;
  }

  @Override
  public Value build(Value prediction, Value target) {
    ScoreTargets.check("binaryCrossEntropy", prediction, target);
    Value wanted =
        target.dtype() == DType.I32
            ? ScoreTargets.positive(prediction, target)
            : ScoreTargets.numbers(prediction, target);
    if (labelSmoothing > 0) {
      wanted = add(mul(wanted, 1 - labelSmoothing), labelSmoothing / 2);
    }
    Value losses = sub(softplus(prediction), mul(prediction, wanted));
    if (posWeight != 1) {
      losses = add(losses, mul(mul(wanted, softplus(neg(prediction))), posWeight - 1));
    }
    if (ignoreTarget == null) {
      return mean(losses);
    }
    Value counts = ScoreTargets.counts(prediction, target, ignoreTarget);
    Value zero = Constant.scalar(prediction.graph(), prediction.dtype(), 0);
    Value one = Constant.scalar(prediction.graph(), prediction.dtype(), 1);
    Value total = sum(counts);
    return div(sum(select(counts, losses, zero)), select(total, total, one));
  }

  /**
   * That which ignores nothing is told as before it could, so that its checkpoints can be gone on
   * with.
   */
  @Override
  public String toString() {
    return "BinaryCrossEntropy[posWeight=%s, labelSmoothing=%s%s]"
        .formatted(
            posWeight,
            labelSmoothing,
            ignoreTarget == null ? "" : ", ignoreTarget=" + ignoreTarget);
  }
}
