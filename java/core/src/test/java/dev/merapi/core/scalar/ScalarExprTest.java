package dev.merapi.core.scalar;

import static dev.merapi.core.scalar.ScalarExpr.add;
import static dev.merapi.core.scalar.ScalarExpr.arg;
import static dev.merapi.core.scalar.ScalarExpr.binary;
import static dev.merapi.core.scalar.ScalarExpr.constant;
import static dev.merapi.core.scalar.ScalarExpr.div;
import static dev.merapi.core.scalar.ScalarExpr.mul;
import static dev.merapi.core.scalar.ScalarExpr.select;
import static dev.merapi.core.scalar.ScalarExpr.sub;
import static dev.merapi.core.scalar.ScalarExpr.unary;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScalarExprTest {
  private final ScalarExpr x = arg(0);
  private final ScalarExpr y = arg(1);

  @Test
  void printsAndCounts() {
    ScalarExpr expr = select(binary(BinaryFunction.LESS_EQUAL, x, y), mul(constant(0.5), x), y);
    assertThat(expr).hasToString("select(lessEqual(x0, x1), mul(0.5, x0), x1)");
    assertThat(expr.size()).isEqualTo(8);
  }

  @Test
  void evaluates() {
    ScalarExpr expr = select(binary(BinaryFunction.LESS, x, y), sub(x, y), div(x, y));
    assertThat(expr.eval(1, 4)).isEqualTo(-3);
    assertThat(expr.eval(6, 4)).isEqualTo(1.5);
    assertThat(expr.eval(Double.NaN, 4)).isNaN();
  }

  @Test
  void substitutesAndSimplifies() {
    ScalarExpr expr = add(mul(x, y), x);
    assertThat(expr.substitute(List.of(y, constant(1)))).hasToString("add(x1, x1)");
    assertThat(expr.substitute(List.of(constant(3), constant(2))).is(9)).isTrue();
    assertThat(select(ScalarExpr.ZERO, x, y)).isEqualTo(y);
    assertThat(select(x, y, y)).isEqualTo(y);
  }

  @Test
  void keepsWhatMayBeNaN() {
    assertThat(mul(x, ScalarExpr.ZERO)).hasToString("mul(x0, 0)");
    assertThat(sub(x, x)).hasToString("sub(x0, x0)");
    assertThat(div(ScalarExpr.ZERO, x)).hasToString("div(0, x0)");
  }

  @Test
  void derivativesUseTheOutputWhereItSuffices() {
    assertThat(unary(UnaryFunction.TANH, x).derivative(0, y)).hasToString("sub(1, mul(x1, x1))");
    assertThat(unary(UnaryFunction.EXP, x).derivative(0, y)).isEqualTo(y);
    ScalarExpr relu = binary(BinaryFunction.MAX, x, ScalarExpr.ZERO);
    assertThat(relu.derivative(0, y)).hasToString("greater(x1, 0)");
  }

  @Test
  void differentiatesByTheChainRule() {
    // d/dx exp(x * y) = y * exp(x * y)
    ScalarExpr expr = unary(UnaryFunction.EXP, mul(x, y));
    double slope = expr.derivative(0, arg(2)).eval(0.5, 2, Math.E);
    assertThat(slope).isEqualTo(2 * Math.E);
  }
}
