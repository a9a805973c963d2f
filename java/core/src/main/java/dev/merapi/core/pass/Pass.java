package dev.merapi.core.pass;

import dev.merapi.core.graph.Graph;

/** One rewriting of a whole graph into another that computes the same outputs and effects. */
@FunctionalInterface
public interface Pass {
  /** The rewritten graph; the given one stays as it is. */
  Graph run(Graph graph);

  /** The name in errors. */
  default String name() {
    return getClass().getSimpleName();
  }
}
