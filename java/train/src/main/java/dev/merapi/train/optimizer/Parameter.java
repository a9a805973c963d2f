package dev.merapi.train.optimizer;

import dev.merapi.core.graph.Value;

/** What an optimizer sees of one parameter while it builds that parameter's update. */
public interface Parameter {
  /** The parameter before the step. */
  Value value();

  /** The loss's gradient by the parameter, clipped and averaged; of the parameter's type. */
  Value grad();

  /** The learning rate of this step, schedule included: a scalar of the parameter's dtype. */
  Value learningRate();

  /** The number of this step, from 1 on: a scalar of the parameter's dtype. */
  Value step();

  /**
   * State of the optimizer that belongs to this parameter: a variable of the parameter's type, as
   * it was before the step.
   *
   * @param initial what its elements are before the first step
   */
  Value slot(String name, double initial);

  /** Gives a slot the value that it has after the step. */
  void set(Value slot, Value newValue);
}
