package dev.merapi.core.op.recurrent;

import dev.merapi.core.graph.Value;
import java.util.List;

/** One step of a recurrent op in primitives; all values are [N, blocks * hidden]. */
interface Cell {
  /**
   * A step's results.
   *
   * @param states after the step: h, and c where there is one
   * @param gates what is saved, one after the other; empty when nothing is
   */
  record Step(List<Value> states, List<Value> gates) {}

  /**
   * Takes a step.
   *
   * @param input weightIh x + biasIh
   * @param recurrent weightHh h + biasHh
   * @param states before the step
   */
  Step step(Value input, Value recurrent, List<Value> states);

  /**
   * What was saved of a step.
   *
   * @param gates as {@link Step} had them
   * @param before the states before the step
   * @param after the states after it
   */
  record Saved(List<Value> gates, List<Value> before, List<Value> after) {}

  /**
   * The gradients by a step's arguments.
   *
   * @param input by {@code input}, a value for each gate
   * @param recurrent by {@code recurrent}, a value for each gate
   * @param states by the states before, but for what goes through {@code recurrent}; null for none
   */
  record Gradient(List<Value> input, List<Value> recurrent, Value[] states) {}

  /** Goes a step back, with the gradients by the states after it. */
  Gradient back(Saved saved, List<Value> gradStates);
}
