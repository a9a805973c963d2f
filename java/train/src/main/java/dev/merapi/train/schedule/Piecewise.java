package dev.merapi.train.schedule;

import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.ScalarExpr;
import java.util.List;

/**
 * A factor of its own for each part of the training: factor = factors[i] from boundaries[i - 1] on
 * to before boundaries[i].
 *
 * <p>Before the first boundary it is factors[0], behind the last one the last factor, so that there
 * is one factor more than boundaries. Boundaries are in epochs; 0.5 is in the middle of the first.
 *
 * <p>Source: Keras's {@code PiecewiseConstantDecay}, with factors for values.
 *
 * @param boundaries in epochs, ascending and above 0
 * @param factors of the base learning rate, none below 0
 */
public record Piecewise(List<Double> boundaries, List<Double> factors) implements Schedule {
  public Piecewise {
    boundaries = List.copyOf(boundaries);
    factors = List.copyOf(factors);
    double last = 0;
    for (double boundary : boundaries) {
      if (!(boundary > last)) {
        throw new IllegalArgumentException(
            "boundaries must be ascending and above 0, found " + boundaries);
      }
      last = boundary;
    }
    if (factors.size() != boundaries.size() + 1 || !factors.stream().allMatch(f -> f >= 0)) {
      throw new IllegalArgumentException(
          "factors must be one more than boundaries and at least 0, found "
              + factors
              + " for boundaries "
              + boundaries);
    }
  }

  @Override
  public ScalarExpr factor(Horizon horizon) {
    ScalarExpr factor = ScalarExpr.constant(factors.get(boundaries.size()));
    for (int i = boundaries.size() - 1; i >= 0; i--) {
      ScalarExpr end = ScalarExpr.constant(boundaries.get(i) * horizon.stepsPerEpoch());
      ScalarExpr before = ScalarExpr.binary(BinaryFunction.LESS, ScalarExpr.arg(0), end);
      factor = ScalarExpr.select(before, ScalarExpr.constant(factors.get(i)), factor);
    }
    return factor;
  }
}
