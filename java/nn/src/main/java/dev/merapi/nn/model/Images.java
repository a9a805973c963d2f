package dev.merapi.nn.model;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.Shape;

/** What the models of images ask of their input, and make of it. */
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

  /**
   * What layers made of codes, as samples.
   *
   * @param made [N, ...] with as many numbers for each sample as it has
   * @return [N, ...sample]
   */
  static Value shaped(String layers, Value made, Shape sample) {
    Shape found = made.shape();
    GraphException.check(
        found.rank() >= 1 && found.slice(1, found.rank()).elements() == sample.elements(),
        "%s: expected %d numbers for each sample of shape %s, found %s",
        layers,
        sample.elements(),
        sample,
        found);
    return Ops.reshape(made, Shape.of(found.dim(0)).concat(sample).toArray());
  }
}
