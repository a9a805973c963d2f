package dev.merapi.core.graph;

import java.util.HashMap;
import java.util.Map;

/** Checks that a graph keeps the rules; runs between compiler passes. */
public final class Verifier {
  private Verifier() {}

  /**
   * Checks order, ownership, types, and that each variable has one type and at most one assignment.
   *
   * @throws GraphException naming the node and the rule
   */
  public static void verify(Graph graph) {
    Map<String, Node> assigned = new HashMap<>();
    Map<String, Node> variables = new HashMap<>();
    int position = 0;
    for (Node node : graph.nodes()) {
      GraphException.check(node.id() == position++, "%s is not at its position", node);
      for (Value input : node.inputs()) {
        GraphException.check(input.graph() == graph, "%s reads another graph's value", node);
        GraphException.check(input.node().id() < node.id(), "%s reads a later value", node);
      }
      GraphException.check(
          node.op().inferTypes(node.inputTypes()).equals(node.outputTypes()),
          "%s has outputs of types %s, expected %s",
          node,
          node.outputTypes(),
          node.op().inferTypes(node.inputTypes()));
      if (node.op() instanceof State state) {
        verifyState(node, state, variables, assigned);
      }
    }
  }

  private static void verifyState(
      Node node, State state, Map<String, Node> variables, Map<String, Node> assigned) {
    if (state.writes()) {
      Node before = assigned.put(state.path(), node);
      GraphException.check(before == null, "%s is assigned twice in one program", state.path());
    }
    Node known = variables.putIfAbsent(state.path(), node);
    if (known != null) {
      var type = state.writes() ? node.inputTypes() : node.outputTypes();
      var knownType = ((State) known.op()).writes() ? known.inputTypes() : known.outputTypes();
      GraphException.check(
          type.equals(knownType), "%s is used as %s and as %s", state.path(), knownType, type);
    }
  }
}
