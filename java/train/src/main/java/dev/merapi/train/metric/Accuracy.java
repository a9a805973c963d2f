package dev.merapi.train.metric;

import static dev.merapi.core.op.Ops.argMax;
import static dev.merapi.core.op.Ops.equal;

import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;

/**
 * Accuracy: the share of labels at which the largest logit is: predictions {@code [N, C]} of at
 * least two classes against I32 labels {@code [N]}, or {@code [N, T, C]} against {@code [N, T]}.
 * Source: Keras, SparseCategoricalAccuracy.
 *
 * @param ignoreIndex the label of places that do not count, as in {@link
 *     dev.merapi.nn.loss.SoftmaxCrossEntropy}; null for none
 */
public record Accuracy(@Default("null") Integer ignoreIndex) implements CountedMean {
  /** All labels count. */
  public Accuracy() {
    this(null);
  }

  @Override
  public boolean appliesTo(TensorType prediction, TensorType target) {
    return Labels.fit(prediction, target);
  }

  @Override
  public Value values(Value prediction, Value target) {
    return equal(argMax(prediction, -1), target);
  }

  @Override
  public Value counts(Value prediction, Value target) {
    return Labels.counts(target, ignoreIndex);
  }

  @Override
  public String toString() {
    return Labels.withoutNulls("Accuracy[ignoreIndex=" + ignoreIndex + "]");
  }
}
