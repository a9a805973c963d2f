package dev.merapi.nn;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import java.util.List;

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
   * Builds this layer on several values, for all its outputs. A layer takes one value and has one
   * output; one with more is a {@link MultiLayer}, and implements this.
   *
   * @throws GraphException when the values do not fit, with the path
   */
  default Outputs build(Net net, List<Value> inputs) {
    GraphException.check(
        inputs.size() == 1, "%s: expected one input, found %d", name(), inputs.size());
    return Outputs.of(build(net, inputs.get(0)));
  }

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
