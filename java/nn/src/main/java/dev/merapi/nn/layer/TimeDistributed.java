package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;

/**
 * One layer on every step of a sequence: y[n, t] = layer(x[n, t]), with the same parameters at all
 * steps.
 *
 * <p>x [N, T, ...] and y [N, T, ...], where the layer makes of [N * T, ...] the y of so many
 * samples; as well for x [T, N, ...]. It sees all steps as one batch: batch normalization takes its
 * statistics over them. The names of the variables begin with {@code layer}. Source: Keras, {@code
 * TimeDistributed}.
 *
 * @param layer what each step goes through; most often a list of layers
 */
public record TimeDistributed(Layer layer) implements Layer {
  @Override
  public Value build(Net net, Value x) {
    Shape shape = x.shape();
    GraphException.check(
        shape.rank() >= 2, "timeDistributed: expected [N, T, ...], found %s", shape);
    Shape steps = shape.slice(0, 2);
    Shape rows = Shape.of(steps.elements());
    Shape merged = rows.concat(shape.slice(2, shape.rank()));
    Value y = net.apply("layer", layer, Ops.reshape(x, merged.toArray()));
    Shape found = y.shape();
    GraphException.check(
        found.rank() >= 1 && found.dim(0) == steps.elements(),
        "timeDistributed: expected the layer to give %d samples for as many, found %s",
        steps.elements(),
        found);
    return Ops.reshape(y, steps.concat(found.slice(1, found.rank())).toArray());
  }
}
