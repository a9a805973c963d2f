package dev.merapi.train.penalty;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;
import java.util.List;

/**
 * The elastic net, L1 and L2 penalty together: p(w) = l1 sum |w| + l2 / 2 sum w^2, with the
 * gradient l1 sign(w) + l2 w.
 *
 * <p>Takes a parameter of any shape, gives a scalar. Source: Zou and Hastie, "Regularization and
 * variable selection via the elastic net", 2005.
 *
 * @param l1 factor of the absolute values, at least 0
 * @param l2 factor of the squares, at least 0
 * @param parameters which it is for: layers or variables such as {@code conv*}; none means weights
 */
public record ElasticNet(double l1, double l2, @Default("[]") List<String> parameters)
    implements Penalty {
  public ElasticNet {
    Factor.check("l1", l1);
    Factor.check("l2", l2);
    parameters = List.copyOf(parameters);
  }

  /** For all weights. */
  public ElasticNet(double l1, double l2) {
    this(l1, l2, List.of());
  }

  public ElasticNet parameters(String... patterns) {
    return new ElasticNet(l1, l2, List.of(patterns));
  }

  @Override
  public Value of(Value parameter) {
    return Ops.add(new L1(l1).of(parameter), new L2(l2).of(parameter));
  }
}
