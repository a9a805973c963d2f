package dev.merapi.core.pass;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Value;
import java.util.List;

/**
 * Runs a pass again and again until the graph no longer changes.
 *
 * @param pass what to repeat
 * @param limit the most repetitions; the graph is right after each, so a limit costs only speed
 */
record RepeatUntilStable(Pass pass, int limit) implements Pass {
  @Override
  public Graph run(Graph graph) {
    Graph before = graph;
    for (int i = 0; i < limit; i++) {
      Graph after = pass.run(before);
      if (same(after, before)) {
        return after;
      }
      before = after;
    }
    return before;
  }

  /** Whether two graphs have equal nodes, one by one, and equal outputs. */
  private static boolean same(Graph a, Graph b) {
    if (a.nodes().size() != b.nodes().size() || a.outputs().size() != b.outputs().size()) {
      return false;
    }
    for (int i = 0; i < a.nodes().size(); i++) {
      Node one = a.nodes().get(i);
      Node other = b.nodes().get(i);
      if (!one.op().equals(other.op())
          || !one.path().equals(other.path())
          || !same(one.inputs(), other.inputs())) {
        return false;
      }
    }
    return a.outputs().keySet().equals(b.outputs().keySet())
        && same(List.copyOf(a.outputs().values()), List.copyOf(b.outputs().values()));
  }

  private static boolean same(List<Value> a, List<Value> b) {
    boolean same = a.size() == b.size();
    for (int i = 0; same && i < a.size(); i++) {
      same = a.get(i).node().id() == b.get(i).node().id() && a.get(i).index() == b.get(i).index();
    }
    return same;
  }

  @Override
  public String name() {
    return pass.name();
  }
}
