package dev.merapi.core.scalar;

import java.util.List;

/**
 * A real function of a few real arguments: what an elementwise op computes for one element.
 *
 * <p>Truth is a number: comparisons give 1 or 0, and {@link Select} takes anything but 0 as true.
 * The factories simplify what is obvious (constants, adding 0, multiplying by 1), and never what
 * would change the result for NaN or infinity ({@code 0 * x} stays).
 */
public sealed interface ScalarExpr {
  /** The argument with this index. */
  record Arg(int index) implements ScalarExpr {
    @Override
    public String toString() {
      return "x" + index;
    }
  }

  /** A number. */
  record Const(double value) implements ScalarExpr {
    @Override
    public String toString() {
      return value == Math.rint(value) && Math.abs(value) < 1e9
          ? Long.toString((long) value)
          : Double.toString(value);
    }
  }

  /** A function of one expression. */
  record Unary(UnaryFunction function, ScalarExpr x) implements ScalarExpr {
    @Override
    public String toString() {
      return function.symbol() + "(" + x + ")";
    }
  }

  /** A function of two expressions. */
  record Binary(BinaryFunction function, ScalarExpr a, ScalarExpr b) implements ScalarExpr {
    @Override
    public String toString() {
      return function.symbol() + "(" + a + ", " + b + ")";
    }
  }

  /** {@code condition != 0 ? ifTrue : ifFalse}. */
  record Select(ScalarExpr condition, ScalarExpr ifTrue, ScalarExpr ifFalse) implements ScalarExpr {
    @Override
    public String toString() {
      return "select(" + condition + ", " + ifTrue + ", " + ifFalse + ")";
    }
  }

  /** The constant 0. */
  ScalarExpr ZERO = new Const(0);

  /** The constant 1. */
  ScalarExpr ONE = new Const(1);

  static ScalarExpr arg(int index) {
    return new Arg(index);
  }

  static ScalarExpr constant(double value) {
    return new Const(value);
  }

  static ScalarExpr unary(UnaryFunction function, ScalarExpr x) {
    return x instanceof Const c ? new Const(function.apply(c.value())) : new Unary(function, x);
  }

  static ScalarExpr binary(BinaryFunction function, ScalarExpr a, ScalarExpr b) {
    if (a instanceof Const x && b instanceof Const y) {
      return new Const(function.apply(x.value(), y.value()));
    }
    ScalarExpr simpler = function.simplify(a, b);
    return simpler != null ? simpler : new Binary(function, a, b);
  }

  static ScalarExpr select(ScalarExpr condition, ScalarExpr ifTrue, ScalarExpr ifFalse) {
    if (condition instanceof Const c) {
      return c.value() != 0 ? ifTrue : ifFalse;
    }
    return ifTrue.equals(ifFalse) ? ifTrue : new Select(condition, ifTrue, ifFalse);
  }

  static ScalarExpr add(ScalarExpr a, ScalarExpr b) {
    return binary(BinaryFunction.ADD, a, b);
  }

  static ScalarExpr sub(ScalarExpr a, ScalarExpr b) {
    return binary(BinaryFunction.SUB, a, b);
  }

  static ScalarExpr mul(ScalarExpr a, ScalarExpr b) {
    return binary(BinaryFunction.MUL, a, b);
  }

  static ScalarExpr div(ScalarExpr a, ScalarExpr b) {
    return binary(BinaryFunction.DIV, a, b);
  }

  static ScalarExpr neg(ScalarExpr x) {
    return unary(UnaryFunction.NEG, x);
  }

  /** Whether this is the given number. */
  default boolean is(double value) {
    return this instanceof Const c && c.value() == value;
  }

  /** The value for these arguments, in F64. */
  default double eval(double... args) {
    if (this instanceof Arg a) {
      return args[a.index()];
    } else if (this instanceof Const c) {
      return c.value();
    } else if (this instanceof Unary u) {
      return u.function().apply(u.x().eval(args));
    } else if (this instanceof Binary b) {
      return b.function().apply(b.a().eval(args), b.b().eval(args));
    }
    Select s = (Select) this;
    return s.condition().eval(args) != 0 ? s.ifTrue().eval(args) : s.ifFalse().eval(args);
  }

  /** This expression with each argument i replaced by {@code replacements.get(i)}. */
  default ScalarExpr substitute(List<ScalarExpr> replacements) {
    if (this instanceof Arg a) {
      return replacements.get(a.index());
    } else if (this instanceof Unary u) {
      return unary(u.function(), u.x().substitute(replacements));
    } else if (this instanceof Binary b) {
      return binary(b.function(), b.a().substitute(replacements), b.b().substitute(replacements));
    } else if (this instanceof Select s) {
      return select(
          s.condition().substitute(replacements),
          s.ifTrue().substitute(replacements),
          s.ifFalse().substitute(replacements));
    }
    return this;
  }

  /** The number of nodes: how much work one element is, roughly. */
  default int size() {
    if (this instanceof Unary u) {
      return 1 + u.x().size();
    } else if (this instanceof Binary b) {
      return 1 + b.a().size() + b.b().size();
    } else if (this instanceof Select s) {
      return 1 + s.condition().size() + s.ifTrue().size() + s.ifFalse().size();
    }
    return 1;
  }

  /**
   * The partial derivative by an argument.
   *
   * @param arg the argument's index
   * @param output what stands for this expression's own value in the result: functions whose
   *     derivative is known from their value (tanh, exp, max with a constant) use it, so that the
   *     backward pass needs the output alone
   */
  default ScalarExpr derivative(int arg, ScalarExpr output) {
    if (this instanceof Arg a) {
      return a.index() == arg ? ONE : ZERO;
    } else if (this instanceof Unary u) {
      ScalarExpr inner = u.x().derivative(arg, u.x());
      return inner.is(0) ? ZERO : mul(u.function().derivative(u.x(), output), inner);
    } else if (this instanceof Binary b) {
      ScalarExpr left = b.a().derivative(arg, b.a());
      ScalarExpr right = b.b().derivative(arg, b.b());
      return add(
          left.is(0) ? ZERO : mul(b.function().derivativeA(b.a(), b.b(), output), left),
          right.is(0) ? ZERO : mul(b.function().derivativeB(b.a(), b.b(), output), right));
    } else if (this instanceof Select s) {
      return select(
          s.condition(),
          s.ifTrue().derivative(arg, s.ifTrue()),
          s.ifFalse().derivative(arg, s.ifFalse()));
    }
    return ZERO;
  }
}
