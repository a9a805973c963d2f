package dev.merapi.core.graph;

import dev.merapi.core.scalar.Philox;

/**
 * Ops that draw random numbers. They are pure: the key is an attribute, step and micro-step are
 * inputs, so the same node gives the same numbers wherever and however often it is evaluated.
 */
public non-sealed interface Random extends Op {
  /** The sequence this op draws from. */
  Philox.Key key();
}
