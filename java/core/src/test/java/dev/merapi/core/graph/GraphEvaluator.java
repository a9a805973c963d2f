package dev.merapi.core.graph;

import dev.merapi.core.op.elementwise.Cast;
import dev.merapi.core.op.elementwise.ForEach;
import dev.merapi.core.op.elementwise.FusedScalars;
import dev.merapi.core.op.movement.Broadcast;
import dev.merapi.core.op.movement.Reshape;
import dev.merapi.core.op.reduction.Reduce;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.op.state.Assign;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.scalar.UnaryFunction;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Evaluates small graphs in F64 by definitions of its own. The sign of zeros is not kept, because
 * the compiler does not keep it either.
 */
public final class GraphEvaluator {
  private final Map<String, double[]> given;
  private final Map<Value, double[]> values = new HashMap<>();
  private final Map<String, double[]> results = new TreeMap<>();

  private GraphEvaluator(Map<String, double[]> given) {
    this.given = given;
  }

  /**
   * Runs a graph.
   *
   * @param given the inputs by name and the variables by path
   * @return the outputs by name and the assigned variables by path
   */
  public static Map<String, double[]> run(Graph graph, Map<String, double[]> given) {
    GraphEvaluator evaluator = new GraphEvaluator(given);
    graph.nodes().forEach(evaluator::visit);
    graph
        .outputs()
        .forEach((name, value) -> evaluator.results.put(name, evaluator.values.get(value)));
    return evaluator.results;
  }

  /** The values of one F64 output, for inputs given as name, array, name, array, ... */
  public static double[] output(Graph graph, String name, Map<String, double[]> given) {
    return run(graph, given).get(name);
  }

  private void visit(Node node) {
    List<double[]> in = node.inputs().stream().map(values::get).toList();
    Op op = node.op();
    if (op instanceof Assign assign) {
      results.put(assign.path(), in.get(0));
    } else if (op instanceof Elementwise elementwise) {
      for (Value output : node.outputs()) {
        values.put(output, elementwise(elementwise, node, output, in));
      }
    } else if (op instanceof ForEach forEach) {
      node.outputs().forEach(y -> values.put(y, forEach(forEach, y.index(), in)));
    } else if (op instanceof FusedScalars scalars) {
      List<Double> all = new ArrayList<>(in.stream().map(x -> x[0]).toList());
      scalars.body().calls().forEach(part -> all.addAll(part(part, all)));
      node.outputs()
          .forEach(
              y -> values.put(y, new double[] {all.get(scalars.body().results().get(y.index()))}));
    } else {
      values.put(node.output(0), single(node, in));
    }
  }

  private static double[] forEach(ForEach op, int output, List<double[]> in) {
    int own = op.shared() + output / op.exprs().size() * op.own();
    double[] out = new double[in.get(own).length];
    for (int i = 0; i < out.length; i++) {
      double[] args = new double[op.shared() + op.own()];
      for (int k = 0; k < args.length; k++) {
        args[k] = k < op.shared() ? in.get(k)[0] : in.get(own + k - op.shared())[i];
      }
      out[i] = scalar(op.exprs().get(output % op.exprs().size()), args) + 0.0;
    }
    return out;
  }

  private static List<Double> part(Subgraph.Call part, List<Double> values) {
    double[] args = part.arguments(values).stream().mapToDouble(x -> x).toArray();
    return ((Elementwise) part.op())
        .exprs().stream()
            .map(expr -> scalar(expr, args) + 0.0)
            .map(y -> part.op() instanceof Cast cast ? cast.to().convert(y) : y)
            .toList();
  }

  private double[] single(Node node, List<double[]> in) {
    Op op = node.op();
    if (op instanceof Input input) {
      return given.get(input.inputName());
    } else if (op instanceof Variable variable) {
      return given.get(variable.path());
    } else if (op instanceof Constant constant) {
      double[] filled = new double[constant.type().shape().elements()];
      Arrays.fill(filled, constant.value());
      return filled;
    } else if (op instanceof Reshape) {
      return in.get(0);
    } else if (op instanceof Broadcast broadcast) {
      Shape from = node.inputs().get(0).shape();
      double[] out = new double[broadcast.shape().elements()];
      for (int i = 0; i < out.length; i++) {
        out[i] = in.get(0)[position(from, broadcast.shape(), i)];
      }
      return out;
    } else if (op instanceof Reduce reduce) {
      return reduce(reduce, node.inputs().get(0).shape(), in.get(0));
    }
    throw new AssertionError("the evaluator does not know " + op);
  }

  private static double[] reduce(Reduce reduce, Shape from, double[] in) {
    Shape kept = from;
    for (int axis : reduce.axes()) {
      kept = kept.with(axis, 1);
    }
    double[] out = new double[kept.elements()];
    Arrays.fill(
        out,
        switch (reduce.function()) {
          case SUM -> 0;
          case MAX -> Double.NEGATIVE_INFINITY;
          case MIN -> Double.POSITIVE_INFINITY;
        });
    for (int i = 0; i < in.length; i++) {
      int to = position(kept, from, i);
      out[to] =
          switch (reduce.function()) {
            case SUM -> out[to] + in[i];
            case MAX -> Math.max(out[to], in[i]);
            case MIN -> Math.min(out[to], in[i]);
          };
    }
    return out;
  }

  private static double[] elementwise(Elementwise op, Node node, Value output, List<double[]> in) {
    double[] out = new double[output.shape().elements()];
    ScalarExpr expr = op.exprs().get(output.index());
    double[] args = new double[in.size()];
    for (int i = 0; i < out.length; i++) {
      for (int k = 0; k < args.length; k++) {
        args[k] = in.get(k)[position(node.inputs().get(k).shape(), output.shape(), i)];
      }
      double value = scalar(expr, args) + 0.0;
      out[i] = op instanceof Cast cast ? cast.to().convert(value) : value;
    }
    return out;
  }

  /** Where the element of {@code from} lies that is read for an element of {@code to}. */
  private static int position(Shape from, Shape to, int element) {
    List<Integer> index = new ArrayList<>();
    int rest = element;
    for (int axis = to.rank() - 1; axis >= 0; axis--) {
      index.add(0, rest % to.dim(axis));
      rest /= to.dim(axis);
    }
    int position = 0;
    for (int axis = 0; axis < from.rank(); axis++) {
      int at = from.dim(axis) == 1 ? 0 : index.get(to.rank() - from.rank() + axis);
      position = position * from.dim(axis) + at;
    }
    return position;
  }

  private static double scalar(ScalarExpr expr, double[] args) {
    if (expr instanceof ScalarExpr.Arg a) {
      return args[a.index()] + 0.0;
    } else if (expr instanceof ScalarExpr.Const c) {
      return c.value() + 0.0;
    } else if (expr instanceof ScalarExpr.Unary u) {
      return unary(u.function(), scalar(u.x(), args)) + 0.0;
    } else if (expr instanceof ScalarExpr.Binary b) {
      return binary(b.function(), scalar(b.a(), args), scalar(b.b(), args)) + 0.0;
    }
    ScalarExpr.Select s = (ScalarExpr.Select) expr;
    return scalar(s.condition(), args) == 0 ? scalar(s.ifFalse(), args) : scalar(s.ifTrue(), args);
  }

  private static double unary(UnaryFunction function, double x) {
    return switch (function) {
      case NEG -> 0 - x;
      case ABS -> x < 0 ? 0 - x : x;
      case SIGN -> x > 0 ? 1 : x < 0 ? -1 : x;
      case FLOOR -> x - (Double.isInfinite(x) ? 0 : ((x % 1) + 1) % 1);
      case IS_FINITE -> x - x == 0 ? 1 : 0;
      case EXP -> Math.exp(x);
      case LOG -> Math.log(x);
      case SQRT -> Math.sqrt(x);
      case RSQRT -> 1 / Math.sqrt(x);
      case SIN -> Math.sin(x);
      case COS -> Math.cos(x);
      case TANH -> Math.tanh(x);
      case SIGMOID -> 0.5 * (1 + Math.tanh(0.5 * x));
      case SOFTPLUS -> x > 30 ? x + Math.exp(-x) : Math.log1p(Math.exp(x));
      case ERF -> erf(x);
    };
  }

  private static double binary(BinaryFunction function, double a, double b) {
    return switch (function) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case POW -> b == 2 ? a * a : Math.pow(a, b);
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
      case LESS -> a < b ? 1 : 0;
      case LESS_EQUAL -> a <= b ? 1 : 0;
      case GREATER -> a > b ? 1 : 0;
      case GREATER_EQUAL -> a >= b ? 1 : 0;
      case EQUAL -> a == b ? 1 : 0;
      case NOT_EQUAL -> a != b ? 1 : 0;
    };
  }

  /** 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x, by Simpson's rule. */
  private static double erf(double x) {
    if (!(Math.abs(x) < 6)) {
      return Math.signum(x);
    }
    int steps = 400;
    double h = x / steps;
    double sum = 0;
    for (int i = 0; i <= steps; i++) {
      double weight = i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2;
      sum += weight * Math.exp(-i * h * i * h);
    }
    return 2 / Math.sqrt(Math.PI) * sum * h / 3;
  }
}
