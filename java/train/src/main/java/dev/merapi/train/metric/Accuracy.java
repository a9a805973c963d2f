package dev.merapi.train.metric;

import static dev.merapi.core.op.Ops.argMax;
import static dev.merapi.core.op.Ops.equal;

import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.TensorType;

/**
 * Accuracy: the share of labels at which the largest logit is: predictions {@code [N, C]} of at
 * least two classes against I32 labels {@code [N]}, or {@code [N, T, C]} against {@code [N, T]}.
 * Source: Keras, SparseCategoricalAccuracy.
 */
public record Accuracy() implements SampleMean {
  @Override
  public boolean appliesTo(TensorType prediction, TensorType target) {
    return Labels.fit(prediction, target);
  }

  @Override
  public Value sum(Value prediction, Value target) {
    return Labels.sumPerSample(equal(argMax(prediction, -1), target));
  }
}
