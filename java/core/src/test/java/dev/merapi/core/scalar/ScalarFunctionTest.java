package dev.merapi.core.scalar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ScalarFunctionTest {
  private static final double STEP = 1e-5;
  private static final ScalarExpr A = ScalarExpr.arg(0);
  private static final ScalarExpr B = ScalarExpr.arg(1);

  @ParameterizedTest
  @EnumSource
  void derivativesOfOneArgument(UnaryFunction function) {
    boolean positive =
        function == UnaryFunction.LOG
            || function == UnaryFunction.SQRT
            || function == UnaryFunction.RSQRT;
    double[] points = positive ? new double[] {0.3, 1.7} : new double[] {-1.3, -0.4, 0.3, 1.7};
    for (double x : points) {
      double difference = (function.apply(x + STEP) - function.apply(x - STEP)) / (2 * STEP);
      assertThat(derivative(ScalarExpr.unary(function, A), 0, x))
          .as("%s at %s", function, x)
          .isCloseTo(difference, within(1e-8 * Math.max(1, Math.abs(difference))));
    }
  }

  @ParameterizedTest
  @EnumSource
  void derivativesOfTwoArguments(BinaryFunction function) {
    double[][] points = {{0.7, 1.9}, {2.3, 0.4}, {1.2, -1.5}};
    for (double[] p : points) {
      double byA =
          (function.apply(p[0] + STEP, p[1]) - function.apply(p[0] - STEP, p[1])) / (2 * STEP);
      double byB =
          (function.apply(p[0], p[1] + STEP) - function.apply(p[0], p[1] - STEP)) / (2 * STEP);
      ScalarExpr expr = ScalarExpr.binary(function, A, B);
      assertThat(derivative(expr, 0, p)).as("%s by a", function).isCloseTo(byA, within(1e-7));
      assertThat(derivative(expr, 1, p)).as("%s by b", function).isCloseTo(byB, within(1e-7));
    }
  }

  /** The symbolic derivative, with the expression's value as the argument after the last. */
  private static double derivative(ScalarExpr expr, int by, double... point) {
    double[] arguments = Arrays.copyOf(point, point.length + 1);
    arguments[point.length] = expr.eval(point);
    return expr.derivative(by, ScalarExpr.arg(point.length)).eval(arguments);
  }

  @ParameterizedTest
  @CsvSource({"MAX", "MIN"})
  void atATieTheGradientIsHalved(BinaryFunction function) {
    ScalarExpr expr = ScalarExpr.binary(function, A, B);
    assertThat(derivative(expr, 0, 1, 1)).isEqualTo(0.5);
    assertThat(derivative(expr, 1, 1, 1)).isEqualTo(0.5);
  }

  /** Published values (NIST, DLMF table 7.23; Abramowitz and Stegun, table 7.1). */
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0.5, 0.5204998778130465",
    "1, 0.8427007929497149",
    "2, 0.9953222650189527",
    "3.5, 0.9999992569016276",
    "7, 1"
  })
  void theErrorFunction(double x, double expected) {
    assertThat(UnaryFunction.ERF.apply(x)).isCloseTo(expected, within(2e-15));
    assertThat(UnaryFunction.ERF.apply(-x)).isCloseTo(-expected, within(2e-15));
  }

  @ParameterizedTest
  @EnumSource
  void notANumberStaysOne(UnaryFunction function) {
    double expected = function == UnaryFunction.IS_FINITE ? 0 : Double.NaN;
    assertThat(function.apply(Double.NaN)).isEqualTo(Double.valueOf(expected));
  }

  @ParameterizedTest
  @CsvSource({
    "SIGMOID, 800, 1", "SIGMOID, -800, 0", "SOFTPLUS, 800, 800", "SOFTPLUS, -800, 0",
    "SOFTPLUS, 0, 0.6931471805599453", "RSQRT, 0.25, 2", "SIGN, -3, -1", "FLOOR, -0.5, -1"
  })
  void goldenValues(UnaryFunction function, double x, double expected) {
    assertThat(function.apply(x)).isEqualTo(expected);
  }
}
