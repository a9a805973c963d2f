package dev.merapi.train.optimizer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.Shape;
import dev.merapi.train.schedule.Schedule;

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

  /** A schedule's factor in this step, for what else it may anneal: a scalar like the step. */
  Value factor(Schedule schedule);

  /**
   * State of the optimizer that belongs to this parameter, as it was before the step: a variable of
   * the parameter's dtype.
   *
   * @param shape which may be another than the parameter's
   * @param initial what its elements are before the first step
   */
  Value slot(String name, Shape shape, double initial);

  /** A slot of the parameter's shape. */
  default Value slot(String name, double initial) {
    return slot(name, value().shape(), initial);
  }

  /** Gives a slot the value that it has after the step. */
  void set(Value slot, Value newValue);
}
