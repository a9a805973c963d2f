package dev.merapi.core.graph;

/** Ops that only move elements: reshape, transpose, slice, pad, concat, gather. */
public non-sealed interface Movement extends Op {
  /** Whether output and input are the same bytes in the same order, so that nothing need move. */
  default boolean isView() {
    return false;
  }

  /** The value whose bytes this value's bytes are: itself unless it is a view. */
  static Value viewed(Value value) {
    Value root = value;
    while (root.op() instanceof Movement movement && movement.isView()) {
      root = root.node().inputs().get(0);
    }
    return root;
  }
}
