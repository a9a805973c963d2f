package dev.merapi.train;

import dev.merapi.core.tensor.HostTensor;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What an evaluation found.
 *
 * @param loss the mean over all samples
 * @param samples how many there were
 * @param metrics by key; scalars, or a matrix such as {@code confusion_matrix}
 */
public record Evaluation(double loss, long samples, Map<String, HostTensor> metrics) {
  /** A metric that is one number; empty when the evaluation has no such metric. */
  public OptionalDouble metric(String key) {
    HostTensor value = metrics.get(key);
    return value == null || value.elements() != 1
        ? OptionalDouble.empty()
        : OptionalDouble.of(value.item());
  }

  /** The share of samples that were classified rightly; empty where there are no classes. */
  public OptionalDouble accuracy() {
    OptionalDouble accuracy = metric("accuracy");
    return accuracy.isPresent() ? accuracy : metric("binary_accuracy");
  }
}
