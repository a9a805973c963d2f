package dev.merapi.train.metric;

import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import java.util.Locale;

/**
 * A figure of an evaluation, summed up on the device batch by batch and read once at the end.
 *
 * <p>Adding one is one file: the accumulator's type, what a batch adds to it, and what the sum
 * means.
 */
public interface Metric {
  /** Whether the metric means something for predictions and targets of these types. */
  boolean appliesTo(TensorType prediction, TensorType target);

  /** The type of the accumulator, which begins with zeros. */
  TensorType accumulator(TensorType prediction);

  /** The accumulator after a batch. */
  Value accumulate(Value accumulator, Value prediction, Value target);

  /** The figure for {@code samples} samples; the confusion matrix gives one per cell. */
  HostTensor result(HostTensor accumulator, long samples);

  /** The key in results: the class's name in snake case, such as {@code accuracy}. */
  default String key() {
    return getClass()
        .getSimpleName()
        .replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_")
        .toLowerCase(Locale.ROOT);
  }
}
