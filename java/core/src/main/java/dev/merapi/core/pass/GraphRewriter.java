package dev.merapi.core.pass;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Value;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A pass that looks at one node at a time, in order, and says what stands in its place.
 *
 * <p>The nodes keep their paths and the outputs their names. Equal nodes are merged on the way, and
 * nodes that nothing needs are left out.
 */
public abstract class GraphRewriter implements Pass {
  private Map<Value, Value> replacements = Map.of();

  /**
   * The values that replace a node's outputs, one for each and of the same types.
   *
   * @param target the graph being built, at the node's path
   * @param node the node of the old graph
   * @param inputs the node's inputs, already in {@code target}
   */
  protected abstract List<Value> rewrite(Graph target, Node node, List<Value> inputs);

  @Override
  public Graph run(Graph graph) {
    Graph target = new Graph(graph.name(), graph.seed());
    replacements = new HashMap<>();
    for (Node node : live(graph)) {
      List<Value> inputs = node.inputs().stream().map(replacements::get).toList();
      List<Value> outputs = target.at(node.path(), () -> rewrite(target, node, inputs));
      GraphException.check(
          outputs.stream().map(Value::type).toList().equals(node.outputTypes()),
          "%s: %s is replaced by values of types %s, expected %s",
          name(),
          node,
          outputs.stream().map(Value::type).toList(),
          node.outputTypes());
      for (Value output : node.outputs()) {
        replacements.put(output, outputs.get(output.index()));
      }
    }
    graph.outputs().forEach((name, value) -> target.output(name, replacements.get(value)));
    return target;
  }

  /** What stands in the place of a value of the old graph; null before its node was rewritten. */
  protected final Value replacement(Value old) {
    return replacements.get(old);
  }

  /** Copies the nodes that an output or an effect needs, and says what became of each value. */
  static Map<Value, Value> copyNodes(Graph graph, Graph target) {
    Map<Value, Value> copies = new HashMap<>();
    for (Node node : live(graph)) {
      List<Value> inputs = node.inputs().stream().map(copies::get).toList();
      List<Value> outputs = target.at(node.path(), () -> target.applyAll(node.op(), inputs));
      node.outputs().forEach(value -> copies.put(value, outputs.get(value.index())));
    }
    return copies;
  }

  /** The nodes that an output or an effect needs, inputs before users. */
  private static List<Node> live(Graph graph) {
    BitSet live = new BitSet();
    graph.outputs().values().forEach(value -> live.set(value.node().id()));
    for (int id = graph.nodes().size() - 1; id >= 0; id--) {
      Node node = graph.nodes().get(id);
      if (live.get(id) || node.hasEffect()) {
        live.set(id);
        node.inputs().forEach(input -> live.set(input.node().id()));
      }
    }
    return graph.nodes().stream().filter(node -> live.get(node.id())).toList();
  }
}
