package dev.merapi.train.penalty;

import dev.merapi.core.graph.Value;
import java.util.List;

/**
 * What a training adds to its loss for each of some parameters.
 *
 * <p>Its gradient joins the loss's before the gradients' norm is taken and before they are clipped.
 * The losses that a training reports do not contain it: they are the loss of the job alone, so that
 * those of training and of validation can be compared.
 */
public interface Penalty {
  /**
   * The parameters that it is for, as patterns of {@link dev.merapi.nn.PathPattern}; none means the
   * weights: parameters of two axes or more that are not named {@code bias}, so no scales of
   * normalizations either. A recurrent layer's packed weight has one axis and is to be named.
   */
  List<String> parameters();

  /** The penalty for a parameter, a scalar. */
  Value of(Value parameter);
}
