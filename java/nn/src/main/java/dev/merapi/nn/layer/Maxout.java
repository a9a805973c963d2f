package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Net;

/**
 * The largest of some neighbouring channels: y[:, i] = max of x[:, i * pieces + j] over j from 0 to
 * pieces - 1, for x [N, C, ...] and y [N, C / pieces, ...].
 *
 * <p>After a dense layer or a convolution this is a maxout unit: a convex function of the input
 * that is learned, made of as many linear pieces. Where several channels are the largest, they
 * share the gradient. Source: Goodfellow, Warde-Farley, Mirza, Courville and Bengio, ICML 2013.
 *
 * @param pieces how many channels make one, at least 1; C is a multiple of it
 */
public record Maxout(@Default("2") int pieces) implements Activation {
  public Maxout {
    GraphException.check(pieces >= 1, "maxout: pieces must be at least 1, found %d", pieces);
  }

  /** Of two pieces. */
  public Maxout() {
    this(2);
  }

  @Override
  public Value build(Net net, Value x) {
    Shape shape = x.shape();
    GraphException.check(
        shape.rank() >= 2 && shape.dim(1) % pieces == 0,
        "maxout: expected [N, C, ...] with a multiple of %d channels, found %s",
        pieces,
        shape);
    Shape parted = Shape.of(shape.dim(0), shape.dim(1) / pieces, pieces);
    Shape rest = shape.slice(2, shape.rank());
    return Ops.reduceMax(Ops.reshape(x, parted.concat(rest).toArray()), 2);
  }
}
