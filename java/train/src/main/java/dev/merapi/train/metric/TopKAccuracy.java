package dev.merapi.train.metric;

import static dev.merapi.core.op.Ops.greater;
import static dev.merapi.core.op.Ops.less;
import static dev.merapi.core.op.Ops.oneHot;
import static dev.merapi.core.op.Ops.select;
import static dev.merapi.core.op.Ops.sumKeepDims;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;

/**
 * Top-k accuracy: the share of labels whose logit fewer than k others exceed: predictions {@code
 * [N, C]} of more than k classes against I32 labels {@code [N]}, or {@code [N, T, C]} against
 * {@code [N, T]}. Its key has the k: {@code top_5_accuracy}. Source: Keras,
 * TopKCategoricalAccuracy.
 *
 * @param k how many guesses there are, at least 1
 */
public record TopKAccuracy(@Default("5") int k) implements SampleMean {
  public TopKAccuracy {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, found " + k);
    }
  }

  @Override
  public boolean appliesTo(TensorType prediction, TensorType target) {
    return Labels.fit(prediction, target) && prediction.shape().dim(-1) > k;
  }

  @Override
  public Value sum(Value prediction, Value target) {
    Value zero = Constant.scalar(prediction.graph(), prediction.dtype(), 0);
    Value chosen = oneHot(target, prediction.shape().dim(-1), prediction.dtype());
    Value own = sumKeepDims(select(chosen, prediction, zero), -1);
    Value better = Ops.sum(greater(prediction, own), -1);
    Value limit = Constant.scalar(prediction.graph(), prediction.dtype(), k);
    return Labels.sumPerSample(less(better, limit));
  }

  @Override
  public String key() {
    return "top_" + k + "_accuracy";
  }
}
