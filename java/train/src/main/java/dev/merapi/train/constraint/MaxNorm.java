package dev.merapi.train.constraint;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Constant;
import dev.merapi.nn.Default;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Max-norm: the weights that come into a unit have at most a given Euclidean norm: w = w limit /
 * max(limit, ||w||).
 *
 * <p>Takes weights [units, ...]: dense ones [units, in], filters [outChannels, inChannels, kernelH,
 * kernelW], whose norm is that of a whole filter. Parameters of one axis are an error. Source:
 * Srivastava et al., "Dropout", JMLR 15, 2014, section 5.1.
 *
 * @param limit the largest norm, above 0; 3 or 4 are usual
 * @param axis the axis of the units; 1 for transposed convolutions
 * @param parameters which it is for: layers or variables such as {@code conv*}; none means weights
 */
public record MaxNorm(double limit, @Default("0") int axis, @Default("[]") List<String> parameters)
    implements Constraint {
  public MaxNorm {
    if (!(limit > 0)) {
      throw new IllegalArgumentException("limit must be above 0, found " + limit);
    }
    if (axis < 0) {
      throw new IllegalArgumentException("axis must be at least 0, found " + axis);
    }
    parameters = List.copyOf(parameters);
  }

  /** For all weights, whose first axis is that of the units. */
  public MaxNorm(double limit) {
    this(limit, 0, List.of());
  }

  public MaxNorm axis(int value) {
    return new MaxNorm(limit, value, parameters);
  }

  public MaxNorm parameters(String... patterns) {
    return new MaxNorm(limit, axis, List.of(patterns));
  }

  @Override
  public Value apply(Value parameter) {
    int rank = parameter.shape().rank();
    GraphException.check(
        rank >= 2 && axis < rank,
        "maxNorm: expected weights of two axes or more with units along axis %d, found %s",
        axis,
        parameter.shape());
    int[] incoming = IntStream.range(0, rank).filter(i -> i != axis).toArray();
    Value norm = Ops.sqrt(Ops.sumKeepDims(Ops.square(parameter), incoming));
    Value most = Constant.scalar(parameter.graph(), parameter.dtype(), limit);
    return Ops.mul(parameter, Ops.div(most, Ops.max(norm, limit)));
  }
}
