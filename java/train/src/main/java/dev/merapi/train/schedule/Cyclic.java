package dev.merapi.train.schedule;

import static dev.merapi.core.scalar.ScalarExpr.add;
import static dev.merapi.core.scalar.ScalarExpr.constant;
import static dev.merapi.core.scalar.ScalarExpr.div;
import static dev.merapi.core.scalar.ScalarExpr.mul;
import static dev.merapi.core.scalar.ScalarExpr.sub;

import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.scalar.UnaryFunction;
import dev.merapi.nn.Default;

/**
 * Triangular cycles: the learning rate grows in a straight line to its maximum in stepSize steps,
 * and falls back to its base in as many.
 *
 * <pre>
 * cycle = floor(step / (2 stepSize))
 * x = abs(step / stepSize - 2 cycle - 1)
 * factor = 1 + (maxFactor - 1) (1 - x) decay^cycle
 * </pre>
 *
 * <p>Source: Smith, "Cyclical learning rates for training neural networks", 2017; PyTorch's {@code
 * CyclicLR} with mode {@code triangular}, and {@code triangular2} with a decay of 0.5.
 *
 * @param stepSize steps from base to maximum; the paper advises 2 to 10 epochs
 * @param maxFactor the factor at the top of the first cycle, at least 1
 * @param decay what the height of each cycle is multiplied by for the next one
 */
public record Cyclic(int stepSize, @Default("10") double maxFactor, @Default("1") double decay)
    implements Schedule {
  public Cyclic {
    if (stepSize < 1) {
      throw new IllegalArgumentException("stepSize must be at least 1 step, found " + stepSize);
    }
    if (!(maxFactor >= 1 && maxFactor < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("maxFactor must be at least 1, found " + maxFactor);
    }
    if (!(decay > 0 && decay <= 1)) {
      throw new IllegalArgumentException("decay must be above 0 and at most 1, found " + decay);
    }
  }

  /** Cycles of equal height. */
  public Cyclic(int stepSize, double maxFactor) {
    this(stepSize, maxFactor, 1);
  }

  public Cyclic decay(double value) {
    return new Cyclic(stepSize, maxFactor, value);
  }

  @Override
  public ScalarExpr factor(Horizon horizon) {
    ScalarExpr halves = div(ScalarExpr.arg(0), constant(stepSize));
    ScalarExpr cycle =
        ScalarExpr.unary(UnaryFunction.FLOOR, div(ScalarExpr.arg(0), constant(2.0 * stepSize)));
    ScalarExpr fromTop = sub(sub(halves, mul(constant(2), cycle)), ScalarExpr.ONE);
    ScalarExpr height = sub(ScalarExpr.ONE, ScalarExpr.unary(UnaryFunction.ABS, fromTop));
    ScalarExpr shrunk = ScalarExpr.binary(BinaryFunction.POW, constant(decay), cycle);
    return add(ScalarExpr.ONE, mul(constant(maxFactor - 1), mul(height, shrunk)));
  }
}
