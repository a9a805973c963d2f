package dev.merapi.train;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.TensorType;

/** Where a program finds its batch. Programs of equal sources are interchangeable. */
interface BatchSource {
  /** The host binds the tensors of each batch as the program's inputs. */
  BatchSource BOUND = Input::of;

  /**
   * Reads one of the batch's tensors.
   *
   * @param name as {@link Batches#name} gives it
   * @param type {@code [N, ...]}
   */
  Value read(Graph graph, String name, TensorType type);

  /** Lets the next run find the next batch. */
  default void advance(Graph graph) {
    // what the host binds, it exchanges itself
  }
}
