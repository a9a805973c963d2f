package dev.merapi.core.graph;

/** Ops that only move elements: reshape, transpose, slice, pad, concat, gather. */
public non-sealed interface Movement extends Op {
  /** Whether output and input are the same bytes in the same order, so that nothing need move. */
  default boolean isView() {
    return false;
  }
}
