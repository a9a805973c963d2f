package dev.merapi.core.pass;

import dev.merapi.core.graph.Graph;

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
      if (after.nodes().size() == before.nodes().size()
          && after.toString().equals(before.toString())) {
        return after;
      }
      before = after;
    }
    return before;
  }

  @Override
  public String name() {
    return pass.name();
  }
}
