package dev.merapi.train.optimizer;

import dev.merapi.core.graph.Value;
import java.util.List;

/**
 * A rule that turns parameters and their gradients into new parameters.
 *
 * <p>A record of hyperparameters. In the formulas p is the parameter, g the gradient, lr the
 * learning rate of the step and t the step's number, from 1 on. A rule for each element by itself
 * is an {@link ElementwiseOptimizer}.
 */
public interface Optimizer {
  /** The base learning rate, which the schedule multiplies. */
  double learningRate();

  /**
   * The parameters after the step, in the order of {@link Objective#parameters}; slots are set on
   * the way.
   */
  List<Value> update(Objective objective);

  /** Whether a step makes sense only when it sees all training data at once. */
  default boolean wholeBatch() {
    return false;
  }
}
