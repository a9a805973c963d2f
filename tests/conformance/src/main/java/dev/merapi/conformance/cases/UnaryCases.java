package dev.merapi.conformance.cases;

import dev.merapi.conformance.NdArray;
import dev.merapi.conformance.OpCase;
import dev.merapi.conformance.Sampler;
import dev.merapi.conformance.Tolerance;
import dev.merapi.core.op.elementwise.Unary;
import dev.merapi.core.scalar.UnaryFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** Each scalar function of one argument: on ordinary numbers, on hard ones, on odd sizes. */
public final class UnaryCases {
  private UnaryCases() {}

  public static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    for (UnaryFunction function : UnaryFunction.values()) {
      DoubleUnaryOperator f = formula(function);
      Tolerance tolerance = tolerance(function);
      cases.add(
          OpCase.of(new Unary(function))
              .input(ordinary(function), 3, 13)
              .tolerance(tolerance)
              .twiceDifferentiable()
              .expect("[3, 13]", in -> map(in.get(0), f)));
      cases.add(
          OpCase.of(new Unary(function))
              .input(hard(function), 207)
              .tolerance(tolerance)
              .forwardOnly()
              .expect("hard [207]", in -> map(in.get(0), f)));
    }
    for (int size : new int[] {1, 13, 4098}) {
      cases.add(
          OpCase.of(new Unary(UnaryFunction.TANH))
              .input(Sampler.normal(), size)
              .expect("[" + size + "]", in -> map(in.get(0), formula(UnaryFunction.TANH))));
    }
    for (int[] dims : new int[][] {{}, {0}, {3, 0, 2}}) {
      cases.add(
          OpCase.of(new Unary(UnaryFunction.EXP))
              .input(Sampler.normal(), dims)
              .expect(
                  "of " + dims.length + " axes, " + (dims.length == 0 ? "scalar" : "empty"),
                  in -> map(in.get(0), Math::exp)));
    }
    return cases;
  }

  static NdArray map(NdArray x, DoubleUnaryOperator f) {
    return NdArray.generate(x.shape(), i -> f.applyAsDouble(x.at(i)));
  }

  private static Sampler ordinary(UnaryFunction function) {
    return switch (function) {
      case LOG, SQRT, RSQRT -> Sampler.uniform(0.2, 3);
      case ABS, SIGN -> Sampler.awayFrom(0);
      case FLOOR -> Sampler.awayFrom(-3, -2, -1, 0, 1, 2, 3);
      case NEG, IS_FINITE, EXP, SIN, COS, TANH, SIGMOID, SOFTPLUS, ERF -> Sampler.normal();
    };
  }

  /** Of large arguments sine and cosine promise nothing: half a spacing of F32 is many turns. */
  private static Sampler hard(UnaryFunction function) {
    return switch (function) {
      case SIN, COS ->
          Sampler.values(
              0,
              -0.0,
              1e-30,
              -1e-30,
              1e-4,
              3,
              -3,
              30,
              -30,
              1000,
              Double.POSITIVE_INFINITY,
              Double.NEGATIVE_INFINITY,
              Double.NaN);
      case ERF ->
          Sampler.values(
              0,
              -0.0,
              1e-30,
              1e-10,
              0.46875,
              -0.46875,
              1,
              2,
              -2.5,
              3.9,
              -4,
              5.9,
              6,
              -7,
              30,
              1e30,
              Double.POSITIVE_INFINITY,
              Double.NEGATIVE_INFINITY,
              Double.NaN);
      case NEG, ABS, SIGN, FLOOR, IS_FINITE, EXP, LOG, SQRT, RSQRT, TANH, SIGMOID, SOFTPLUS ->
          Sampler.hard();
    };
  }

  private static Tolerance tolerance(UnaryFunction function) {
    return switch (function) {
      case NEG, ABS, SIGN, FLOOR, IS_FINITE -> Tolerance.EXACT;
      case EXP, LOG, SQRT, RSQRT, SIN, COS, TANH, SIGMOID, SOFTPLUS, ERF -> Tolerance.ELEMENTWISE;
    };
  }

  /** Each function by another formula than the scalar language's own, where there is one. */
  private static DoubleUnaryOperator formula(UnaryFunction function) {
    return switch (function) {
      case NEG -> x -> -1 * x;
      case ABS -> x -> x == 0 ? 0 : x < 0 ? -x : x;
      case SIGN -> x -> x > 0 ? 1 : x < 0 ? -1 : x;
      case FLOOR -> x -> -Math.ceil(-x);
      case IS_FINITE -> x -> x - x == 0 ? 1 : 0;
      case EXP -> x -> x < 0 ? 1 / StrictMath.exp(-x) : StrictMath.exp(x);
      case LOG -> x -> Math.log10(x) * Math.log(10);
      case SQRT -> x -> x < 0 ? Double.NaN : x == 0 ? x : Math.pow(x, 0.5);
      case RSQRT -> x -> x < 0 ? Double.NaN : x == 0 ? 1 / x : Math.pow(x, -0.5);
      case SIN -> StrictMath::sin;
      case COS -> StrictMath::cos;
      case TANH -> x -> Math.abs(x) > 20 ? Math.signum(x) : 1 - 2 / (Math.exp(2 * x) + 1);
      case SIGMOID -> x -> 0.5 + 0.5 * Math.tanh(x / 2);
      case SOFTPLUS -> x -> x > 700 ? x : Math.log1p(Math.exp(x));
      case ERF -> UnaryCases::erf;
    };
  }

  /**
   * The error function: the alternating Maclaurin series near 0, where it cancels little, and 1 -
   * erfc by Laplace's continued fraction further out (Abramowitz and Stegun 7.1.5 and 7.1.14).
   */
  static double erf(double x) {
    double t = Math.abs(x);
    if (Double.isNaN(x) || t == 0) {
      return x;
    }
    if (t < 1.5) {
      double power = t;
      double sum = t;
      for (int n = 1; n < 60; n++) {
        power *= -t * t / n;
        sum += power / (2 * n + 1);
      }
      return Math.copySign(2 / Math.sqrt(Math.PI) * sum, x);
    }
    double fraction = t;
    for (int n = 200; n >= 1; n--) {
      fraction = t + n / 2.0 / fraction;
    }
    double complement = Math.exp(-t * t) / (Math.sqrt(Math.PI) * fraction);
    return Math.copySign(1 - complement, x);
  }
}
