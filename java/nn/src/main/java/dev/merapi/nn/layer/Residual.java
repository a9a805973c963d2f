package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Sequential;
import java.util.List;

/**
 * Layers that learn what to add to their input: y = activation(body(x) + shortcut(x)), where the
 * shortcut is x itself unless it is given. Source: He, Zhang, Ren and Sun, "Deep residual learning
 * for image recognition", CVPR 2016.
 *
 * <p>Body and shortcut give values of one shape. Where the body changes x's shape, the shortcut
 * must too, as a convolution of 1x1 with the body's stride does. The names of the variables begin
 * with {@code body}, {@code shortcut} and {@code activation}.
 *
 * @param body what is learned; most often a list of layers
 * @param shortcut what is added to it; an empty list of layers is x itself
 * @param activation what follows the sum; an empty list of layers for none
 */
public record Residual(Layer body, @Default("[]") Layer shortcut, @Default("[]") Layer activation)
    implements Layer {
  /** With x itself as the shortcut, and nothing after the sum. */
  public Residual(Layer body) {
    this(body, Sequential.of(), Sequential.of());
  }

  public Residual shortcut(Layer shortcut) {
    return new Residual(body, shortcut, activation);
  }

  public Residual activation(Layer activation) {
    return new Residual(body, shortcut, activation);
  }

  @Override
  public Value build(Net net, Value x) {
    Value change = net.apply("body", body, x);
    Value kept = net.apply("shortcut", shortcut, x);
    GraphException.check(
        change.type().equals(kept.type()),
        "residual: expected body and shortcut to give values of one shape, found %s and %s",
        change.type(),
        kept.type());
    return net.apply("activation", activation, new Add().merge(net, List.of(change, kept)));
  }
}
