package dev.merapi.train.optimizer;

import dev.merapi.core.graph.Value;

/**
 * A rule that turns a parameter and its gradient into the new parameter.
 *
 * <p>A record of hyperparameters; the rule is elementwise, so that the updates of all parameters
 * can become one kernel. In the formulas p is the parameter, g the gradient, lr the learning rate
 * of the step and t the step's number, from 1 on.
 */
public interface Optimizer {
  /** The base learning rate, which the schedule multiplies. */
  double learningRate();

  /** The parameter after the step; slots are set on the way. */
  Value update(Parameter p);
}
