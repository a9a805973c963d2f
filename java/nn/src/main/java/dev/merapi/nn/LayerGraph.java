package dev.merapi.nn;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Layers whose inputs are other layers' outputs, by name: a directed acyclic graph with any number
 * of inputs and outputs.
 *
 * <pre>{@code
 * LayerGraph.of("image")
 *     .add("left", new Dense(8), "image")
 *     .add("right", new Dense(8), "image")
 *     .add("both", new Concat(), "left", "right")
 *     .add("digit", new Dense(10), "both")
 *     .add("parity", new Dense(2), "both")
 *     .outputs("digit", "parity")
 * }</pre>
 *
 * <p>A layer can only name what was added before it, so there are no cycles. Without {@link
 * #outputs(String...)} the last layer is the output. An output of a layer of several outputs is
 * named {@code layer.output}; {@code layer} alone is its first. What no output depends on is an
 * error, since it would never be trained. Source: the functional API of Keras.
 *
 * @param inputs the names of the inputs; at least one
 * @param nodes the layers, each behind those that it takes its inputs from
 * @param outputs what the model gives, the prediction first; none for the last layer
 */
public record LayerGraph(List<String> inputs, List<Node> nodes, List<String> outputs)
    implements MultiLayer {
  /** The name of an input that is alone. */
  public static final String INPUT = "input";

  /**
   * A layer, its name, and the names of the inputs or layers that it takes.
   *
   * @param from at least one
   */
  public record Node(String name, Layer layer, List<String> from) {
    public Node {
      from = List.copyOf(from);
      GraphException.check(!from.isEmpty(), "%s: expected at least one input, found none", name);
    }
  }

  public LayerGraph {
    inputs = List.copyOf(inputs);
    nodes = List.copyOf(nodes);
    outputs = List.copyOf(outputs);
    GraphException.check(!inputs.isEmpty(), "inputs: expected at least one, found none");
    Set<String> known = new LinkedHashSet<>();
    for (String input : inputs) {
      GraphException.check(known.add(input), "two inputs are named %s", input);
    }
    for (Node node : nodes) {
      requireKnown(node.name, node.from, known);
      GraphException.check(known.add(node.name), "two layers or inputs are named %s", node.name);
    }
  }

  private static void requireKnown(String who, List<String> sources, Set<String> known) {
    for (String source : sources) {
      GraphException.check(
          known.contains(layerOf(source)),
          "%s: expected one of %s, which come before it, found '%s'",
          who,
          known,
          source);
    }
  }

  private static String layerOf(String source) {
    int dot = source.indexOf('.');
    return dot < 0 ? source : source.substring(0, dot);
  }

  /** A graph without layers yet, whose inputs have these names. */
  public static LayerGraph of(String... inputs) {
    return new LayerGraph(List.of(inputs), List.of(), List.of());
  }

  /**
   * This graph and one more layer.
   *
   * @param from the inputs or layers whose outputs it takes
   * @throws GraphException when the name is taken, or an input is not known
   */
  public LayerGraph add(String name, Layer layer, String... from) {
    List<Node> longer = new ArrayList<>(nodes);
    longer.add(new Node(name, layer, List.of(from)));
    return new LayerGraph(inputs, longer, outputs);
  }

  /** This graph with these outputs, the prediction first. */
  public LayerGraph outputs(String... names) {
    return new LayerGraph(inputs, nodes, List.of(names));
  }

  @Override
  public Outputs build(Net net, List<Value> values) {
    GraphException.check(
        values.size() == inputs.size(),
        "expected the inputs %s, found %d inputs",
        inputs,
        values.size());
    requireUsed();
    Map<String, Value> known = new LinkedHashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      known.put(inputs.get(i), values.get(i));
    }
    for (Node node : nodes) {
      List<Value> from = node.from.stream().map(source -> find(known, source)).toList();
      Outputs built = net.apply(node.name, node.layer, from);
      known.put(node.name, built.first());
      for (String output : built.names()) {
        known.put(node.name + "." + output, built.get(output));
      }
    }
    List<String> wanted = wanted();
    return new Outputs(wanted, wanted.stream().map(name -> find(known, name)).toList());
  }

  private List<String> wanted() {
    return outputs.isEmpty() ? List.of(nodes.get(nodes.size() - 1).name) : outputs;
  }

  private static Value find(Map<String, Value> known, String source) {
    Value value = known.get(source);
    GraphException.check(value != null, "expected one of %s, found '%s'", known.keySet(), source);
    return value;
  }

  /** Requires that the outputs depend on everything: else a layer would never be trained. */
  private void requireUsed() {
    GraphException.check(!nodes.isEmpty(), "expected at least one layer, found none");
    Set<String> unused = new LinkedHashSet<>(inputs);
    nodes.forEach(node -> unused.add(node.name));
    requireKnown("outputs", outputs, unused);
    wanted().forEach(output -> unused.remove(layerOf(output)));
    nodes.forEach(node -> node.from.forEach(source -> unused.remove(layerOf(source))));
    GraphException.check(unused.isEmpty(), "nothing depends on %s", unused);
  }
}
