package dev.merapi.backend.cuda.kernels;

import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.scalar.UnaryFunction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Scalar expressions as statements of CUDA C: one local constant for each part, so that what
 * expressions share is computed once.
 */
final class RegionSource {
  private final boolean isDouble;
  private final StringBuilder statements = new StringBuilder();
  private final Map<ScalarExpr, String> names = new HashMap<>();

  /**
   * Arithmetic in F64 or in F32.
   *
   * @param arguments what stands for each argument
   */
  RegionSource(boolean isDouble, List<String> arguments) {
    this.isDouble = isDouble;
    for (int i = 0; i < arguments.size(); i++) {
      names.put(ScalarExpr.arg(i), arguments.get(i));
    }
  }

  /** Makes the statements for an expression; gives the name of its value. */
  String value(ScalarExpr expr) {
    String known = names.get(expr);
    if (known != null) {
      return known;
    }
    String made;
    if (expr instanceof ScalarExpr.Const constant) {
      made = number(constant.value());
    } else {
      String text = text(expr);
      made = "t" + names.size();
      statements.append("  const ").append(type()).append(' ').append(made);
      statements.append(" = ").append(text).append(";\n");
    }
    names.put(expr, made);
    return made;
  }

  /** All statements so far. */
  String statements() {
    return statements.toString();
  }

  private String type() {
    return isDouble ? "double" : "float";
  }

  private String text(ScalarExpr expr) {
    if (expr instanceof ScalarExpr.Unary unary) {
      return unary(unary.function(), value(unary.x()));
    } else if (expr instanceof ScalarExpr.Binary binary) {
      return binary(binary.function(), value(binary.a()), value(binary.b()));
    }
    ScalarExpr.Select select = (ScalarExpr.Select) expr;
    return "%s != 0 ? %s : %s"
        .formatted(value(select.condition()), value(select.ifTrue()), value(select.ifFalse()));
  }

  /** Without rounding: Java's notation for hexadecimal numbers is also that of C. */
  private String number(double value) {
    if (isDouble) {
      String bits = "__longlong_as_double(0x%xLL)".formatted(Double.doubleToRawLongBits(value));
      return Double.isFinite(value) ? Double.toHexString(value) : bits;
    }
    float rounded = (float) value;
    String bits = "__int_as_float(0x%x)".formatted(Float.floatToRawIntBits(rounded));
    return Float.isFinite(rounded) ? Float.toHexString(rounded) + "f" : bits;
  }

  private String unary(UnaryFunction function, String x) {
    String f = isDouble ? "" : "f";
    return switch (function) {
      case NEG -> "-" + x;
      case ABS -> "fabs" + f + "(" + x + ")";
      case SIGN -> "%1$s > 0 ? 1 : %1$s < 0 ? -1 : %1$s".formatted(x);
      case FLOOR -> "floor" + f + "(" + x + ")";
      case IS_FINITE -> "isfinite(" + x + ") ? 1 : 0";
      case EXP -> "exp" + f + "(" + x + ")";
      case LOG -> "log" + f + "(" + x + ")";
      case SQRT -> "sqrt" + f + "(" + x + ")";
      case RSQRT -> "1 / sqrt" + f + "(" + x + ")";
      case TANH -> "tanh" + f + "(" + x + ")";
      case SIGMOID -> "1 / (1 + exp" + f + "(-" + x + "))";
      case SOFTPLUS ->
          "(%2$s < 0 ? 0 : %2$s) + log1p%1$s(exp%1$s(-fabs%1$s(%2$s)))".formatted(f, x);
      case ERF -> "erf" + f + "(" + x + ")";
      case SIN -> "sin" + f + "(" + x + ")";
      case COS -> "cos" + f + "(" + x + ")";
    };
  }

  private String binary(BinaryFunction function, String a, String b) {
    String t = type();
    return switch (function) {
      case ADD -> a + " + " + b;
      case SUB -> a + " - " + b;
      case MUL -> a + " * " + b;
      case DIV -> a + " / " + b;
      case POW -> "power<" + t + ">(" + a + ", " + b + ")";
      case MIN -> "smaller<" + t + ">(" + a + ", " + b + ")";
      case MAX -> "larger<" + t + ">(" + a + ", " + b + ")";
      case LESS -> a + " < " + b + " ? 1 : 0";
      case LESS_EQUAL -> a + " <= " + b + " ? 1 : 0";
      case GREATER -> a + " > " + b + " ? 1 : 0";
      case GREATER_EQUAL -> a + " >= " + b + " ? 1 : 0";
      case EQUAL -> a + " == " + b + " ? 1 : 0";
      case NOT_EQUAL -> a + " != " + b + " ? 1 : 0";
    };
  }
}
