package dev.merapi.nn.model;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.tensor.Shape;

/** What the models of images ask of their input. */
final class Images {
  private Images() {}

  /** Requires [C, H, W] with both sides of a minimum, below which a pooling has nothing left. */
  static void requireAtLeast(int side, Shape inputShape) {
    GraphException.check(
        inputShape.rank() == 3 && Math.min(inputShape.dim(1), inputShape.dim(2)) >= side,
        "inputShape must be [C, H, W] with H and W of at least %d, found %s",
        side,
        inputShape);
  }
}
