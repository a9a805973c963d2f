package dev.merapi.nn;

import dev.merapi.core.graph.Value;

/**
 * A part of a network: frozen configuration, and a function that builds its graph.
 *
 * <p>The layers of the library are records, so equal options are equal layers. A lambda is a layer
 * too.
 */
@FunctionalInterface
public interface Layer {
  /**
   * Builds this layer on a value, asking the net for the parameters it needs.
   *
   * @return the layer's output
   * @throws dev.merapi.core.graph.GraphException when the value does not fit, with the path
   */
  Value build(Net net, Value x);

  /**
   * What {@link Sequential} numbers layers of this kind by: {@code conv} gives {@code conv1},
   * {@code conv2}, ... The class's name in camel case unless a layer says otherwise; {@code layer}
   * for a lambda.
   */
  default String name() {
    String simple = getClass().getSimpleName();
    return getClass().isHidden() || simple.isEmpty()
        ? "layer"
        : Character.toLowerCase(simple.charAt(0)) + simple.substring(1);
  }
}
