package dev.merapi.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Against Java's functions in F64, over the range in which F32 has a normal result. */
class ApproximationsTest {
  private interface FloatFunction {
    float apply(float x);
  }

  private static double worst(FloatFunction f, DoubleUnaryOperator exact, double from, double to) {
    double worst = 0;
    for (int i = 0; i <= 200_000; i++) {
      float x = (float) (from + (to - from) * i / 200_000);
      double expected = exact.applyAsDouble(x);
      if (Math.abs(expected) >= Float.MIN_NORMAL) {
        worst = Math.max(worst, Math.abs(f.apply(x) - expected) / Math.abs(expected));
      }
    }
    return worst;
  }

  @Test
  void relativeErrorsStayBelowAMillionth() {
    assertThat(worst(Approximations::exp, Math::exp, -87, 88)).isLessThan(1e-6);
    assertThat(worst(Approximations::log, Math::log, 1e-30, 1e-3)).isLessThan(1e-6);
    assertThat(worst(Approximations::log, Math::log, 1e-3, 4)).isLessThan(1e-6);
    assertThat(worst(Approximations::log, Math::log, 1, 1e30)).isLessThan(1e-6);
    assertThat(worst(Approximations::tanh, Math::tanh, -10, 10)).isLessThan(1e-6);
    assertThat(worst(Approximations::tanh, Math::tanh, -1e-3, 1e-3)).isLessThan(1e-6);
    assertThat(worst(Approximations::sigmoid, x -> 1 / (1 + Math.exp(-x)), -80, 80))
        .isLessThan(1e-6);
    assertThat(worst(Approximations::softplus, x -> Math.log1p(Math.exp(x)), -80, 80))
        .isLessThan(1e-6);
  }

  @Test
  void theErrorFunctionHasItsTabulatedValues() {
    // Abramowitz and Stegun, table 7.1.
    assertThat(Approximations.erf(0.5f)).isEqualTo(0.5204998778f);
    assertThat((double) Approximations.erf(1)).isCloseTo(0.8427007929, within(1e-6));
    assertThat((double) Approximations.erf(-2)).isCloseTo(-0.9953222650, within(1e-6));
    assertThat(Approximations.erf(30)).isEqualTo(1);
  }

  @Test
  void limitsAreRight() {
    float infinity = Float.POSITIVE_INFINITY;
    assertThat(Approximations.exp(infinity)).isEqualTo(infinity);
    assertThat(Approximations.exp(-infinity)).isZero();
    assertThat(Approximations.exp(Float.NaN)).isNaN();
    assertThat(Approximations.exp(-103)).isEqualTo(Float.MIN_VALUE);
    assertThat(Approximations.log(0)).isEqualTo(-infinity);
    assertThat(Approximations.log(-1)).isNaN();
    assertThat(Approximations.log(infinity)).isEqualTo(infinity);
    assertThat(Approximations.tanh(infinity)).isEqualTo(1);
    assertThat(Approximations.tanh(Float.NaN)).isNaN();
    assertThat(Approximations.sigmoid(-infinity)).isZero();
    assertThat(Approximations.erf(Float.NaN)).isNaN();
  }

  @Test
  void comparisonsKnowInfinitiesAndNaN() {
    float[] values = {
      0f,
      -0f,
      1,
      -1,
      Float.MIN_VALUE,
      Float.MAX_VALUE,
      -Float.MAX_VALUE,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.NaN
    };
    for (float a : values) {
      assertThat(Approximations.nonzero(a)).isEqualTo(a != 0 ? -1 : 0);
      for (float b : values) {
        assertThat(Approximations.less(a, b)).as("%s < %s", a, b).isEqualTo(a < b ? 1 : 0);
        assertThat(Approximations.equal(a, b)).as("%s = %s", a, b).isEqualTo(a == b ? 1 : 0);
      }
    }
  }
}
