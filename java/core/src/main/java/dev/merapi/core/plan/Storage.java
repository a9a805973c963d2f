package dev.merapi.core.plan;

import dev.merapi.core.graph.Movement;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Source;
import dev.merapi.core.graph.State;
import dev.merapi.core.graph.Value;

/** Which nodes need no kernel because their values lie somewhere already. */
public final class Storage {
  private Storage() {}

  /** Whether the node is a step: it is none when it is a source, a state read or a view. */
  public static boolean isStep(Node node) {
    return !(node.op() instanceof Source
        || node.op() instanceof State state && !state.writes()
        || isView(node));
  }

  private static boolean isView(Node node) {
    return node.op() instanceof Movement movement && movement.isView();
  }

  /** The path of the variable that the value reads, directly or through views; else null. */
  public static String variable(Value value) {
    return Movement.viewed(value).op() instanceof State state ? state.path() : null;
  }
}
