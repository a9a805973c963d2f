package dev.merapi.train.schedule;

import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.nn.Default;
import java.util.List;

/**
 * The learning rate grows in a straight line over the first n steps, factor = (step + 1) / n, and
 * then follows another schedule, which begins at its own step 0 and has the remaining steps.
 *
 * <p>n = steps + epochs * stepsPerEpoch.
 *
 * <p>Source: Goyal et al., "Accurate, large minibatch SGD: training ImageNet in 1 hour", 2017,
 * section 2.2.
 *
 * @param steps the length in steps
 * @param epochs the length in epochs, added to the steps
 * @param then what follows
 */
public record WarmUp(
    @Default("0") int steps, @Default("0") int epochs, @Default("constant") Schedule then)
    implements Schedule {
  public WarmUp {
    if (steps < 0 || epochs < 0 || steps + epochs == 0) {
      throw new IllegalArgumentException(
          "a warm-up needs steps or epochs above 0, found steps " + steps + ", epochs " + epochs);
    }
  }

  /** Grows for some steps and then stays. */
  public WarmUp(int steps) {
    this(steps, 0, new Constant());
  }

  /** The same warm-up followed by another schedule. */
  public WarmUp then(Schedule next) {
    return new WarmUp(steps, epochs, next);
  }

  @Override
  public ScalarExpr factor(Horizon horizon) {
    long length = steps + epochs * horizon.stepsPerEpoch();
    ScalarExpr warm = ScalarExpr.constant(length);
    ScalarExpr step = ScalarExpr.arg(0);
    ScalarExpr growing = ScalarExpr.div(ScalarExpr.add(step, ScalarExpr.ONE), warm);
    Horizon rest = new Horizon(horizon.stepsPerEpoch(), Math.max(1, horizon.totalSteps() - length));
    ScalarExpr following = then.factor(rest).substitute(List.of(ScalarExpr.sub(step, warm)));
    return ScalarExpr.select(
        ScalarExpr.binary(BinaryFunction.LESS, step, warm), growing, following);
  }
}
