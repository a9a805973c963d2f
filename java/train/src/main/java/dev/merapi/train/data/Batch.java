package dev.merapi.train.data;

import dev.merapi.core.tensor.HostTensor;
import java.util.List;

/**
 * Some samples together.
 *
 * @param inputTensors {@code [N, ...input]} for each of the samples' inputs
 * @param targetTensors {@code [N, ...target]} for each of the samples' targets
 */
public record Batch(List<HostTensor> inputTensors, List<HostTensor> targetTensors) {
  public Batch {
    inputTensors = List.copyOf(inputTensors);
    targetTensors = List.copyOf(targetTensors);
  }

  /** Samples of one input and one target each. */
  public Batch(HostTensor inputs, HostTensor targets) {
    this(List.of(inputs), List.of(targets));
  }

  /** The inputs; of several the first. */
  public HostTensor inputs() {
    return inputTensors.get(0);
  }

  /** The targets; of several the first. */
  public HostTensor targets() {
    return targetTensors.get(0);
  }

  /** The number of samples, N. */
  public int size() {
    return inputs().shape().dim(0);
  }
}
