package dev.merapi.train.metric;

import static dev.merapi.core.op.Ops.cast;
import static dev.merapi.core.op.Ops.greater;
import static dev.merapi.core.op.Ops.less;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.reduceMax;
import static dev.merapi.core.op.Ops.reshape;
import static dev.merapi.core.op.Ops.select;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;
import dev.merapi.nn.loss.Matches;

/**
 * Recall at k: the share of samples whose matching one is among the k that score highest with it in
 * the batch: scores {@code [N, N]} against I32 targets {@code [N, ...]}, equal where samples match.
 *
 * <p>Larger batches make it harder. Its key has the k: {@code recall_at_1}. Source: Kiros,
 * Salakhutdinov and Zemel, "Unifying Visual-Semantic Embeddings with Multimodal Neural Language
 * Models", 2014.
 *
 * @param k how many guesses there are, at least 1
 */
public record RecallAtK(@Default("1") int k) implements SampleMean {
  public RecallAtK {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, found " + k);
    }
  }

  /** The first guess. */
  public RecallAtK() {
    this(1);
  }

  @Override
  public boolean appliesTo(TensorType prediction, TensorType target) {
    return Matches.fit(prediction, target);
  }

  @Override
  public Value sum(Value prediction, Value target) {
    int n = prediction.shape().dim(0);
    Value other = cast(Matches.different(target), prediction.dtype());
    Value lowest = Constant.scalar(prediction.graph(), prediction.dtype(), -Float.MAX_VALUE);
    Value own = reshape(reduceMax(select(other, lowest, prediction), 1), n, 1);
    Value better = Ops.sum(mul(other, greater(prediction, own)), 1);
    Value limit = Constant.scalar(prediction.graph(), prediction.dtype(), k);
    return Ops.sum(cast(less(better, limit), DType.F64));
  }

  @Override
  public String key() {
    return "recall_at_" + k;
  }
}
