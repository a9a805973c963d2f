package dev.merapi.train.metric;

import static dev.merapi.core.op.Ops.equal;
import static dev.merapi.core.op.Ops.greater;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;
import dev.merapi.nn.loss.ScoreTargets;

/**
 * Binary accuracy: the share of elements whose logit is above 0 where the target is above one half,
 * and not above 0 where it is not: predictions and targets of one shape, or targets without a last
 * axis of 1, which are I32 or of the predictions' type. Source: Keras, BinaryAccuracy.
 *
 * @param ignoreTarget the target of elements that do not count, as in {@link
 *     dev.merapi.nn.loss.BinaryCrossEntropy}; null for none
 */
public record BinaryAccuracy(@Default("null") Double ignoreTarget) implements CountedMean {
  /** All elements count. */
  public BinaryAccuracy() {
    this(null);
  }

  @Override
  public boolean appliesTo(TensorType prediction, TensorType target) {
    return ScoreTargets.fit(prediction, target);
  }

  @Override
  public Value values(Value prediction, Value target) {
    Value zero = Constant.scalar(prediction.graph(), prediction.dtype(), 0);
    return equal(greater(prediction, zero), ScoreTargets.positive(prediction, target));
  }

  @Override
  public Value counts(Value prediction, Value target) {
    return ScoreTargets.counts(prediction, target, ignoreTarget);
  }

  @Override
  public String toString() {
    return Labels.withoutNulls("BinaryAccuracy[ignoreTarget=" + ignoreTarget + "]");
  }
}
