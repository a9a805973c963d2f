package dev.merapi.core.scalar;

import static dev.merapi.core.scalar.ScalarExpr.ONE;
import static dev.merapi.core.scalar.ScalarExpr.ZERO;
import static dev.merapi.core.scalar.ScalarExpr.binary;
import static dev.merapi.core.scalar.ScalarExpr.constant;
import static dev.merapi.core.scalar.ScalarExpr.div;
import static dev.merapi.core.scalar.ScalarExpr.mul;
import static dev.merapi.core.scalar.ScalarExpr.neg;
import static dev.merapi.core.scalar.ScalarExpr.select;
import static dev.merapi.core.scalar.ScalarExpr.sub;
import static dev.merapi.core.scalar.ScalarExpr.unary;

import java.util.Locale;

/**
 * The scalar functions of two arguments. A new one needs its value and its derivatives here, and
 * one arm in each backend's {@code switch}.
 */
public enum BinaryFunction {
  ADD {
    @Override
    public double apply(double a, double b) {
      return a + b;
    }

    @Override
    ScalarExpr derivativeA(ScalarExpr a, ScalarExpr b, ScalarExpr y) {
      return ONE;
    }

    @Override
    ScalarExpr derivativeB(ScalarExpr a, ScalarExpr b, ScalarExpr y) {
      return ONE;
    }

    @Override
    ScalarExpr simplify(ScalarExpr a, ScalarExpr b) {
      return a.is(0) ? b : b.is(0) ? a : null;
    }
  },
  SUB {
    @Override
    public double apply(double a, double b) {
      return a - b;
    }

    @Override
    ScalarExpr derivativeA(ScalarExpr a, ScalarExpr b, ScalarExpr y) {
      return ONE;
    }

    @Override
    ScalarExpr derivativeB(ScalarExpr a, ScalarExpr b, ScalarExpr y) {
      return constant(-1);
    }

    @Override
    ScalarExpr simplify(ScalarExpr a, ScalarExpr b) {
      return b.is(0) ? a : a.is(0) ? neg(b) : null;
    }
  },
  MUL {
    @Override
    public double apply(double a, double b) {
      return a * b;
    }

    @Override
    ScalarExpr derivativeA(ScalarExpr a, ScalarExpr b, ScalarExpr y) {
      return b;
    }

    @Override
    ScalarExpr derivativeB(ScalarExpr a, ScalarExpr b, ScalarExpr y) {
      return a;
    }

    @Override
    ScalarExpr simplify(ScalarExpr a, ScalarExpr b) {
      if (a.is(1) || b.is(1)) {
        return a.is(1) ? b : a;
      }
      return a.is(-1) ? neg(b) : b.is(-1) ? neg(a) : null;
    }
  },
  DIV {
    @Override
    public double apply(double a, double b) {
      return a / b;
    }

    @Override
    ScalarExpr derivativeA(ScalarExpr a, ScalarExpr b, ScalarExpr y) {
      return div(ONE, b);
    }

    @Override
    ScalarExpr derivativeB(ScalarExpr a, ScalarExpr b, ScalarExpr y) {
      return neg(div(y, b));
    }

    @Override
    ScalarExpr simplify(ScalarExpr a, ScalarExpr b) {
      return b.is(1) ? a : null;
    }
  },
  /** a to the power of b; NaN for a negative a and a b that is no integer. */
  POW {
    @Override
    public double apply(double a, double b) {
      return Math.pow(a, b);
    }

    @Override
    ScalarExpr derivativeA(ScalarExpr a, ScalarExpr b, ScalarExpr y) {
      return mul(b, binary(POW, a, sub(b, ONE)));
    }

    /** a^b log(a), and 0 where a is 0: the limit for b above 0. */
    @Override
    ScalarExpr derivativeB(ScalarExpr a, ScalarExpr b, ScalarExpr y) {
      return select(
          binary(EQUAL, a, ZERO), ZERO, mul(binary(POW, a, b), unary(UnaryFunction.LOG, a)));
    }

    @Override
    ScalarExpr simplify(ScalarExpr a, ScalarExpr b) {
      return b.is(1) ? a : b.is(2) ? mul(a, a) : b.is(0) ? ONE : null;
    }
  },
  /** The smaller one; NaN when either is NaN; -0 is below 0. The gradient of a tie is halved. */
  MIN {
    @Override
    public double apply(double a, double b) {
      return Math.min(a, b);
    }

    @Override
    ScalarExpr derivativeA(ScalarExpr a, ScalarExpr b, ScalarExpr y) {
      return b instanceof ScalarExpr.Const ? binary(LESS, y, b) : share(binary(LESS, a, b), a, b);
    }

    @Override
    ScalarExpr derivativeB(ScalarExpr a, ScalarExpr b, ScalarExpr y) {
      return derivativeA(b, a, y);
    }
  },
  /** The larger one; NaN when either is NaN; -0 is below 0. The gradient of a tie is halved. */
  MAX {
    @Override
    public double apply(double a, double b) {
      return Math.max(a, b);
    }

    @Override
    ScalarExpr derivativeA(ScalarExpr a, ScalarExpr b, ScalarExpr y) {
      return b instanceof ScalarExpr.Const
          ? binary(GREATER, y, b)
          : share(binary(GREATER, a, b), a, b);
    }

    @Override
    ScalarExpr derivativeB(ScalarExpr a, ScalarExpr b, ScalarExpr y) {
      return derivativeA(b, a, y);
    }
  },
  LESS {
    @Override
    public double apply(double a, double b) {
      return a < b ? 1 : 0;
    }
  },
  LESS_EQUAL {
    @Override
    public double apply(double a, double b) {
      return a <= b ? 1 : 0;
    }
  },
  GREATER {
    @Override
    public double apply(double a, double b) {
      return a > b ? 1 : 0;
    }
  },
  GREATER_EQUAL {
    @Override
    public double apply(double a, double b) {
      return a >= b ? 1 : 0;
    }
  },
  EQUAL {
    @Override
    public double apply(double a, double b) {
      return a == b ? 1 : 0;
    }
  },
  NOT_EQUAL {
    @Override
    public double apply(double a, double b) {
      return a != b ? 1 : 0;
    }
  };

  /** Whether the value is a truth: 1 or 0. */
  public boolean isComparison() {
    return compareTo(LESS) >= 0;
  }

  /** The value in F64. */
  public abstract double apply(double a, double b);

  /** The partial derivative by a, where y = f(a, b); 0 for comparisons. */
  ScalarExpr derivativeA(ScalarExpr a, ScalarExpr b, ScalarExpr y) {
    return ZERO;
  }

  /** The partial derivative by b, where y = f(a, b); 0 for comparisons. */
  ScalarExpr derivativeB(ScalarExpr a, ScalarExpr b, ScalarExpr y) {
    return ZERO;
  }

  /** A simpler expression of the same value for every argument, or null. */
  ScalarExpr simplify(ScalarExpr a, ScalarExpr b) {
    return null;
  }

  private static ScalarExpr share(ScalarExpr wins, ScalarExpr a, ScalarExpr b) {
    return select(binary(EQUAL, a, b), constant(0.5), wins);
  }

  /** The name in printed graphs. */
  public String symbol() {
    StringBuilder symbol = new StringBuilder();
    for (String word : name().toLowerCase(Locale.ROOT).split("_")) {
      symbol.append(
          symbol.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return symbol.toString();
  }
}
