package dev.merapi.nn;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Layers in a row: y = f_n(... f_2(f_1(x))).
 *
 * <p>A layer without a name of its own gets its kind and the first free number: {@code conv1},
 * {@code relu1}, {@code conv2}, {@code dense1}.
 */
public record Sequential(List<Child> children) implements Layer {
  /** A layer and its name. */
  public record Child(String name, Layer layer) {}

  public Sequential {
    children = List.copyOf(children);
    Set<String> names = new HashSet<>();
    for (Child child : children) {
      GraphException.check(
          names.add(child.name), "sequential: two layers are named %s", child.name);
    }
  }

  /** A row of layers with automatic names; none at all is the identity. */
  public static Sequential of(Layer... layers) {
    Sequential row = new Sequential(List.of());
    for (Layer layer : layers) {
      row = row.add(layer);
    }
    return row;
  }

  /** This row and one more layer, which is named automatically. */
  public Sequential add(Layer layer) {
    int number = 1;
    while (has(layer.name() + number)) {
      number++;
    }
    return add(layer.name() + number, layer);
  }

  /**
   * This row and one more layer under a name.
   *
   * @throws GraphException when another layer has the name
   */
  public Sequential add(String name, Layer layer) {
    List<Child> longer = new ArrayList<>(children);
    longer.add(new Child(name, layer));
    return new Sequential(longer);
  }

  private boolean has(String name) {
    return children.stream().anyMatch(child -> child.name.equals(name));
  }

  @Override
  public Value build(Net net, Value x) {
    Value value = x;
    for (Child child : children) {
      value = net.apply(child.name, child.layer, value);
    }
    return value;
  }
}
