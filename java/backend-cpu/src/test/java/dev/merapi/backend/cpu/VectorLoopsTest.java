package dev.merapi.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.UnaryFunction;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Against Java's functions in F64, over the range in which F32 has a normal result. */
class VectorLoopsTest {
  private static final int TILE = 1000;

  private final VectorLoops loops = new VectorLoops(TILE);

  private float apply(UnaryFunction function, double x) {
    float[] values = {(float) x};
    loops.unary(function, values, values, 1);
    return values[0];
  }

  private double worst(UnaryFunction function, DoubleUnaryOperator exact, double from, double to) {
    double worst = 0;
    float[] x = new float[TILE];
    float[] y = new float[TILE];
    for (int part = 0; part < 200; part++) {
      for (int i = 0; i < TILE; i++) {
        x[i] = (float) (from + (to - from) * (part * TILE + i) / (200 * TILE));
      }
      loops.unary(function, x, y, TILE);
      for (int i = 0; i < TILE; i++) {
        double expected = exact.applyAsDouble(x[i]);
        if (Math.abs(expected) >= Float.MIN_NORMAL) {
          worst = Math.max(worst, Math.abs(y[i] - expected) / Math.abs(expected));
        }
      }
    }
    return worst;
  }

  @Test
  void relativeErrorsStayBelowAMillionth() {
    assertThat(worst(UnaryFunction.EXP, Math::exp, -87, 88)).isLessThan(1e-6);
    assertThat(worst(UnaryFunction.LOG, Math::log, 1e-30, 1e-3)).isLessThan(1e-6);
    assertThat(worst(UnaryFunction.LOG, Math::log, 1e-3, 4)).isLessThan(1e-6);
    assertThat(worst(UnaryFunction.LOG, Math::log, 1, 1e30)).isLessThan(1e-6);
    assertThat(worst(UnaryFunction.TANH, Math::tanh, -10, 10)).isLessThan(1e-6);
    assertThat(worst(UnaryFunction.TANH, Math::tanh, -1e-3, 1e-3)).isLessThan(1e-6);
    assertThat(worst(UnaryFunction.SIGMOID, x -> 1 / (1 + Math.exp(-x)), -80, 80)).isLessThan(1e-6);
    assertThat(worst(UnaryFunction.SOFTPLUS, x -> Math.log1p(Math.exp(x)), -80, 80))
        .isLessThan(1e-6);
  }

  @Test
  void theErrorFunctionHasItsTabulatedValues() {
    // Abramowitz and Stegun, table 7.1.
    assertThat((double) apply(UnaryFunction.ERF, 0.5)).isCloseTo(0.5204998778, within(1e-6));
    assertThat((double) apply(UnaryFunction.ERF, 1)).isCloseTo(0.8427007929, within(1e-6));
    assertThat((double) apply(UnaryFunction.ERF, -2)).isCloseTo(-0.9953222650, within(1e-6));
    assertThat(apply(UnaryFunction.ERF, 30)).isEqualTo(1);
  }

  @Test
  void limitsAreRight() {
    double infinity = Double.POSITIVE_INFINITY;
    assertThat(apply(UnaryFunction.EXP, infinity)).isInfinite();
    assertThat(apply(UnaryFunction.EXP, -infinity)).isZero();
    assertThat(apply(UnaryFunction.EXP, Double.NaN)).isNaN();
    assertThat(apply(UnaryFunction.EXP, -103)).isEqualTo(Float.MIN_VALUE);
    assertThat(apply(UnaryFunction.LOG, 0)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(apply(UnaryFunction.LOG, -1)).isNaN();
    assertThat(apply(UnaryFunction.LOG, infinity)).isInfinite();
    assertThat(apply(UnaryFunction.TANH, infinity)).isEqualTo(1);
    assertThat(apply(UnaryFunction.TANH, -infinity)).isEqualTo(-1);
    assertThat(apply(UnaryFunction.TANH, Double.NaN)).isNaN();
    assertThat(apply(UnaryFunction.SIGMOID, -infinity)).isZero();
    assertThat(apply(UnaryFunction.SIGMOID, Double.NaN)).isNaN();
    assertThat(apply(UnaryFunction.SOFTPLUS, infinity)).isInfinite();
    assertThat(apply(UnaryFunction.ERF, Double.NaN)).isNaN();
  }

  @Test
  void comparisonsKnowInfinitiesAndNaN() {
    float[] values = {
      0f,
      -0f,
      1,
      -1,
      Float.MIN_VALUE,
      -Float.MIN_VALUE,
      Float.MAX_VALUE,
      -Float.MAX_VALUE,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.NaN
    };
    for (BinaryFunction function : BinaryFunction.values()) {
      for (float a : values) {
        for (float b : values) {
          if (function.isComparison()) {
            float[] y = new float[1];
            loops.binary(function, new float[] {a}, new float[] {b}, y, 1);
            assertThat((double) y[0])
                .as("%s %s %s", a, function, b)
                .isEqualTo(function.apply(a, b));
          }
        }
      }
    }
  }

  @Test
  void selectTakesAnythingButZeroAsTrue() {
    float[] condition = {0, -0f, 1, -2, Float.NaN, Float.MIN_VALUE};
    float[] nan = {Float.NaN, Float.NaN, 5, 6, 7, 8};
    float[] other = {1, 2, Float.NaN, Float.NaN, Float.NaN, Float.NaN};
    float[] y = new float[6];
    loops.select(condition, nan, other, y, 6);
    assertThat(y).containsExactly(1, 2, 5, 6, 7, 8);
  }

  @Test
  void specialNumbersAmongOthersHaveTheirLogarithms() {
    float[] x = {1, 0, -0f, -1, Float.NaN, Float.POSITIVE_INFINITY, Float.MIN_VALUE, 2};
    loops.unary(UnaryFunction.LOG, x, x, x.length);
    assertThat(x[0]).isZero();
    assertThat(x[1]).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(x[2]).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(x[3]).isNaN();
    assertThat(x[4]).isNaN();
    assertThat(x[5]).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat((double) x[6]).isCloseTo(-149 * Math.log(2), within(1e-5));
    assertThat((double) x[7]).isCloseTo(Math.log(2), within(1e-7));
  }

  @Test
  void tanhNeverLeavesItsRange() {
    for (double x = 5; x < 100; x += 0.01) {
      assertThat(apply(UnaryFunction.TANH, x)).isBetween(0.9999f, 1f);
      assertThat(apply(UnaryFunction.TANH, -x)).isBetween(-1f, -0.9999f);
    }
  }

  @Test
  void aNumberActsAsAnArrayOfIt() {
    float[] a = {3, -2, 0, Float.NaN, Float.NEGATIVE_INFINITY};
    for (BinaryFunction function : BinaryFunction.values()) {
      if (VectorLoops.takesNumber(function)) {
        float[] y = new float[5];
        loops.binary(function, a, -2.5f, y, 5);
        for (int i = 0; i < 5; i++) {
          Float expected = (float) function.apply(a[i], -2.5);
          assertThat((Float) y[i]).as("%s", function).isEqualTo(expected);
        }
      }
    }
  }
}
