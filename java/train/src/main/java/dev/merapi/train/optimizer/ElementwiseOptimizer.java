package dev.merapi.train.optimizer;

import dev.merapi.core.graph.Value;
import java.util.List;

/**
 * An optimizer that needs nothing but a parameter's own gradient and slots.
 *
 * <p>The rule is elementwise, so that the updates of all parameters can become one kernel.
 */
public interface ElementwiseOptimizer extends Optimizer {
  /** The parameter after the step; slots are set on the way. */
  Value update(Parameter p);

  @Override
  default List<Value> update(Objective objective) {
    return objective.parameters().stream().map(this::update).toList();
  }
}
