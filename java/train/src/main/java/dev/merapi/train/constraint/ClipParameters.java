package dev.merapi.train.constraint;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;
import java.util.List;

/**
 * Parameter clipping: w = min(max(w, min), max), element by element.
 *
 * <p>Takes a parameter of any shape. Source: Arjovsky et al., "Wasserstein GAN", 2017, algorithm 1,
 * where the critic's parameters are kept in [-0.01, 0.01].
 *
 * @param min the smallest value
 * @param max the largest value, not below {@code min}
 * @param parameters which it is for: layers or variables such as {@code conv*}; all by default
 */
public record ClipParameters(double min, double max, @Default("['*']") List<String> parameters)
    implements Constraint {
  public ClipParameters {
    if (!(min <= max)) {
      throw new IllegalArgumentException("max must not be below min, found " + max + " and " + min);
    }
    parameters = List.copyOf(parameters);
  }

  /** For all parameters. */
  public ClipParameters(double min, double max) {
    this(min, max, List.of("*"));
  }

  public ClipParameters parameters(String... patterns) {
    return new ClipParameters(min, max, List.of(patterns));
  }

  @Override
  public Value apply(Value parameter) {
    return Ops.min(Ops.max(parameter, min), max);
  }
}
