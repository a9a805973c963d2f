package dev.merapi.train.constraint;

import dev.merapi.core.graph.Value;
import java.util.List;

/**
 * What some parameters must keep: after the optimizer's update each is moved to the nearest value
 * that does. What a training begins with is left as it is.
 */
public interface Constraint {
  /**
   * The parameters that it is for, as patterns of {@link dev.merapi.nn.PathPattern}; none means the
   * weights: parameters of two axes or more that are not named {@code bias}. What is not trained is
   * left as it is.
   */
  List<String> parameters();

  /** The parameter as it may be; of the same type. */
  Value apply(Value parameter);
}
