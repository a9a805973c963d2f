package dev.merapi.core.pass;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Random;
import dev.merapi.core.graph.State;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.op.state.Variable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which values are the same in every run of a program: those made of constants and of variables
 * that it does not assign.
 */
final class FixedValues {
  private final Set<String> assigned = new HashSet<>();
  private final Map<Node, Boolean> known = new HashMap<>();

  /** Of a program, and of graphs that are made of it. */
  FixedValues(Graph program) {
    for (Node node : program.nodes()) {
      if (node.hasEffect() && node.op() instanceof State state) {
        assigned.add(state.path());
      }
    }
  }

  boolean contains(Value value) {
    Boolean found = known.get(value.node());
    if (found == null) {
      found = isFixed(value.node());
      known.put(value.node(), found);
    }
    return found;
  }

  private boolean isFixed(Node node) {
    if (node.op() instanceof Variable variable) {
      return !assigned.contains(variable.path());
    }
    if (node.op() instanceof Constant) {
      return true;
    }
    boolean computed = !(node.op() instanceof Random || node.op() instanceof State);
    return computed && !node.inputs().isEmpty() && node.inputs().stream().allMatch(this::contains);
  }
}
