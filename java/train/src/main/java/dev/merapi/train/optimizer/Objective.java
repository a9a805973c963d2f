package dev.merapi.train.optimizer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * What an optimizer sees of a training step: all parameters, and the loss that they are to make
 * small.
 */
public interface Objective {
  /** The parameters that are trained. */
  List<Parameter> parameters();

  /**
   * The loss at the parameters before the step, a scalar; it can be differentiated by their values.
   */
  Value loss();

  /** The learning rate of this step, schedule included: a scalar of the loss's dtype. */
  Value learningRate();

  /**
   * State of the optimizer that belongs to no single parameter, as it was before the step.
   *
   * @param initial what its elements are before the first step
   */
  Value slot(String name, TensorType type, double initial);

  /** Gives a slot the value that it has after the step. */
  void set(Value slot, Value newValue);
}
