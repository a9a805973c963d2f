package dev.merapi.core.scalar;

import static dev.merapi.core.scalar.ScalarExpr.ONE;
import static dev.merapi.core.scalar.ScalarExpr.ZERO;
import static dev.merapi.core.scalar.ScalarExpr.constant;
import static dev.merapi.core.scalar.ScalarExpr.div;
import static dev.merapi.core.scalar.ScalarExpr.mul;
import static dev.merapi.core.scalar.ScalarExpr.neg;
import static dev.merapi.core.scalar.ScalarExpr.sub;
import static dev.merapi.core.scalar.ScalarExpr.unary;

import java.util.Locale;

/**
 * The scalar functions of one argument. A new one needs its value and its derivative here, and one
 * arm in each backend's {@code switch}, which has no default so that the compiler names the places.
 */
public enum UnaryFunction {
  NEG {
    @Override
    public double apply(double x) {
      return -x;
    }

    @Override
    ScalarExpr derivative(ScalarExpr x, ScalarExpr y) {
      return constant(-1);
    }
  },
  ABS {
    @Override
    public double apply(double x) {
      return Math.abs(x);
    }

    @Override
    ScalarExpr derivative(ScalarExpr x, ScalarExpr y) {
      return unary(SIGN, x);
    }
  },
  /** -1, 0 or 1; NaN stays NaN. */
  SIGN {
    @Override
    public double apply(double x) {
      return Math.signum(x);
    }

    @Override
    ScalarExpr derivative(ScalarExpr x, ScalarExpr y) {
      return ZERO;
    }
  },
  FLOOR {
    @Override
    public double apply(double x) {
      return Math.floor(x);
    }

    @Override
    ScalarExpr derivative(ScalarExpr x, ScalarExpr y) {
      return ZERO;
    }
  },
  /** 1 for a finite number, 0 for NaN and the infinities. */
  IS_FINITE {
    @Override
    public double apply(double x) {
      return Double.isFinite(x) ? 1 : 0;
    }

    @Override
    ScalarExpr derivative(ScalarExpr x, ScalarExpr y) {
      return ZERO;
    }
  },
  EXP {
    @Override
    public double apply(double x) {
      return Math.exp(x);
    }

    @Override
    ScalarExpr derivative(ScalarExpr x, ScalarExpr y) {
      return y;
    }
  },
  /** The natural logarithm: -infinity at 0, NaN below. */
  LOG {
    @Override
    public double apply(double x) {
      return Math.log(x);
    }

    @Override
    ScalarExpr derivative(ScalarExpr x, ScalarExpr y) {
      return div(ONE, x);
    }
  },
  SQRT {
    @Override
    public double apply(double x) {
      return Math.sqrt(x);
    }

    @Override
    ScalarExpr derivative(ScalarExpr x, ScalarExpr y) {
      return div(constant(0.5), y);
    }
  },
  /** 1 / sqrt(x). */
  RSQRT {
    @Override
    public double apply(double x) {
      return 1 / Math.sqrt(x);
    }

    @Override
    ScalarExpr derivative(ScalarExpr x, ScalarExpr y) {
      return mul(constant(-0.5), mul(y, mul(y, y)));
    }
  },
  SIN {
    @Override
    public double apply(double x) {
      return Math.sin(x);
    }

    @Override
    ScalarExpr derivative(ScalarExpr x, ScalarExpr y) {
      return unary(COS, x);
    }
  },
  COS {
    @Override
    public double apply(double x) {
      return Math.cos(x);
    }

    @Override
    ScalarExpr derivative(ScalarExpr x, ScalarExpr y) {
      return neg(unary(SIN, x));
    }
  },
  TANH {
    @Override
    public double apply(double x) {
      return Math.tanh(x);
    }

    @Override
    ScalarExpr derivative(ScalarExpr x, ScalarExpr y) {
      return sub(ONE, mul(y, y));
    }
  },
  /** 1 / (1 + exp(-x)). */
  SIGMOID {
    @Override
    public double apply(double x) {
      if (x >= 0) {
        return 1 / (1 + Math.exp(-x));
      }
      double e = Math.exp(x);
      return e / (1 + e);
    }

    @Override
    ScalarExpr derivative(ScalarExpr x, ScalarExpr y) {
      return mul(y, sub(ONE, y));
    }
  },
  /** log(1 + exp(x)), without overflow. */
  SOFTPLUS {
    @Override
    public double apply(double x) {
      return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    @Override
    ScalarExpr derivative(ScalarExpr x, ScalarExpr y) {
      return unary(SIGMOID, x);
    }
  },
  /** The Gauss error function 2/sqrt(pi) * integral of exp(-t^2) from 0 to x. */
  ERF {
    @Override
    public double apply(double x) {
      return Erf.erf(x);
    }

    @Override
    ScalarExpr derivative(ScalarExpr x, ScalarExpr y) {
      return mul(constant(2 / Math.sqrt(Math.PI)), unary(EXP, neg(mul(x, x))));
    }
  };

  /** The value in F64; NaN gives NaN except in {@link #IS_FINITE}. */
  public abstract double apply(double x);

  /** The derivative, from the argument or, where that is enough, from the value y = f(x). */
  abstract ScalarExpr derivative(ScalarExpr x, ScalarExpr y);

  /** The name in printed graphs. */
  public String symbol() {
    return name().toLowerCase(Locale.ROOT);
  }
}
