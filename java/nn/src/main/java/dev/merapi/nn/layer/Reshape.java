package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Gives each sample another shape: x [N, ...] becomes y [N, shape...], with the elements in
 * row-major order.
 *
 * <p>Source: NumPy's {@code reshape}.
 *
 * @param shape the shape of a sample, without the batch; one size may be -1, which means what is
 *     left
 */
public record Reshape(List<Integer> shape) implements Layer {
  public Reshape {
    shape = List.copyOf(shape);
    GraphException.check(
        shape.stream().allMatch(size -> size >= -1)
            && shape.stream().filter(size -> size == -1).count() <= 1,
        "reshape: expected sizes of at least 0, at most one of them -1, found %s",
        shape);
  }

  @Override
  public Value build(Net net, Value x) {
    Shape from = x.shape();
    GraphException.check(from.rank() >= 1, "reshape: expected [N, ...], found %s", x.type());
    int features = from.slice(1, from.rank()).elements();
    int known = Shape.of(shape.stream().filter(size -> size != -1).toList()).elements();
    boolean fits = shape.contains(-1) ? known > 0 && features % known == 0 : features == known;
    GraphException.check(
        fits, "reshape: %d elements of each sample of %s do not fit %s", features, from, shape);
    IntStream sizes = shape.stream().mapToInt(size -> size == -1 ? features / known : size);
    return Ops.reshape(x, IntStream.concat(IntStream.of(from.dim(0)), sizes).toArray());
  }
}
