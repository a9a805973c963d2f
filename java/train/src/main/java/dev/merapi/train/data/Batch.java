package dev.merapi.train.data;

import dev.merapi.core.tensor.HostTensor;

/**
 * Some samples together.
 *
 * @param inputs {@code [N, ...input]}
 * @param targets {@code [N, ...target]}
 */
public record Batch(HostTensor inputs, HostTensor targets) {
  /** The number of samples, N. */
  public int size() {
    return inputs.shape().dim(0);
  }
}
