package dev.merapi.train.schedule;

import static dev.merapi.core.scalar.ScalarExpr.add;
import static dev.merapi.core.scalar.ScalarExpr.constant;
import static dev.merapi.core.scalar.ScalarExpr.div;

import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.nn.Default;

/**
 * Polynomial decay without an end: factor = alpha / (beta + step)^gamma.
 *
 * <p>The step counts from 0. With gamma above 1/2 and up to 1 the factors' sum is infinite and the
 * sum of their squares is not, which is what stochastic gradient descent needs to converge.
 *
 * <p>Source: Robbins and Monro, "A stochastic approximation method", 1951; Bottou, "Stochastic
 * gradient descent tricks", 2012, section 5.2. ({@link Polynomial} is PyTorch's, which ends.)
 *
 * @param alpha the numerator
 * @param beta steps that are added, above 0
 * @param gamma the exponent, above 0
 */
public record InversePolynomial(
    @Default("1") double alpha, @Default("1") double beta, @Default("0.5") double gamma)
    implements Schedule {
  public InversePolynomial {
    requirePositive("alpha", alpha);
    requirePositive("beta", beta);
    requirePositive("gamma", gamma);
  }

  private static void requirePositive(String name, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(name + " must be above 0, found " + value);
    }
  }

  @Override
  public ScalarExpr factor(Horizon horizon) {
    ScalarExpr base = add(constant(beta), ScalarExpr.arg(0));
    return div(constant(alpha), ScalarExpr.binary(BinaryFunction.POW, base, constant(gamma)));
  }
}
