package dev.merapi.nn.init;

import dev.merapi.core.tensor.Shape;

/**
 * How many inputs an output of a layer sums over, and how many outputs an input reaches.
 *
 * <p>For a weight {@code [out, in, receptive...]}: in and out times the receptive field's size. A
 * vector counts as n by n, a scalar as 1 by 1.
 */
public record Fans(int in, int out) {
  /** The fans of a weight. */
  public static Fans of(Shape weight) {
    if (weight.rank() < 2) {
      return new Fans(weight.elements(), weight.elements());
    }
    int receptive = weight.slice(2, weight.rank()).elements();
    return new Fans(weight.dim(1) * receptive, weight.dim(0) * receptive);
  }
}
