package dev.merapi.core.graph;

/**
 * Ops that read or write a variable. A read always means the value before the program ran, and a
 * program assigns a variable at most once, so the graph stays functional.
 */
public non-sealed interface State extends Op {
  /** The variable's path, such as {@code conv1.weight}. */
  String path();

  /** Whether the variable is written; else it is read. */
  boolean writes();
}
