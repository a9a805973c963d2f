package dev.merapi.core.autodiff;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.elementwise.Binary;
import dev.merapi.core.op.elementwise.Cast;
import dev.merapi.core.op.elementwise.Formula;
import dev.merapi.core.op.reduction.Reduce;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.ScalarExpr;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Reverse-mode differentiation: appends to a graph the nodes that compute gradients.
 *
 * <p>The gradients are ordinary values of the same graph, so they can be differentiated again. A
 * value that is used several times gets the sum of its users' gradients. Only what lies between the
 * loss and a value that was asked for is differentiated.
 */
public final class Differentiator {
  private final Graph graph;
  private final BitSet needed = new BitSet();
  private final Map<Value, Value> gradients = new HashMap<>();

  private Differentiator(Graph graph) {
    this.graph = graph;
  }

  /**
   * The gradients of a scalar by some values.
   *
   * @param loss a floating-point scalar
   * @param by floating-point values of the same graph
   * @return one value per element of {@code by}, of its type; zeros where the loss does not depend
   *     on it
   * @throws GraphException when an op on the way has no gradient
   */
  public static List<Value> gradients(Value loss, List<Value> by) {
    GraphException.check(
        loss.shape().rank() == 0 && loss.dtype().isFloating(),
        "gradients need a floating-point scalar, found %s",
        loss.type());
    Value one = Constant.of(loss.graph(), loss.type(), 1);
    return new Differentiator(loss.graph()).sweep(List.of(loss), List.of(one), by);
  }

  private List<Value> sweep(List<Value> outputs, List<Value> gradOutputs, List<Value> by) {
    mark(by);
    int last = -1;
    for (int i = 0; i < outputs.size(); i++) {
      add(outputs.get(i), gradOutputs.get(i));
      last = Math.max(last, outputs.get(i).node().id());
    }
    for (int id = last; id >= 0; id--) {
      visit(graph.nodes().get(id));
    }
    return by.stream().map(this::gradientOrZeros).toList();
  }

  private void add(Value value, Value gradient) {
    gradients.merge(value, gradient, (a, b) -> Binary.of(BinaryFunction.ADD, a, b));
  }

  /** Marks every node that depends on a wanted value through floating-point values. */
  private void mark(List<Value> by) {
    for (Value value : by) {
      GraphException.check(
          value.dtype().isFloating(), "%s has no gradient: it is %s", value, value.type());
      needed.set(value.node().id());
    }
    for (Node node : graph.nodes()) {
      if (node.inputs().stream().anyMatch(this::isNeeded)) {
        needed.set(node.id());
      }
    }
  }

  private boolean isNeeded(Value value) {
    return value.dtype().isFloating() && needed.get(value.node().id());
  }

  private Value gradientOrZeros(Value value) {
    Value gradient = gradients.get(value);
    return gradient != null ? gradient : Constant.of(graph, value.type(), 0);
  }

  private void visit(Node node) {
    boolean reached = node.outputs().stream().anyMatch(gradients::containsKey);
    if (!reached || node.inputs().stream().noneMatch(this::isNeeded)) {
      return;
    }
    Sweep adjoint = new Sweep(node);
    graph.at(
        node.path(),
        () -> {
          if (node.op() instanceof Elementwise op) {
            elementwise(op, adjoint);
          } else {
            node.op().gradient(adjoint);
          }
          return adjoint;
        });
  }

  private static void elementwise(Elementwise op, Sweep adjoint) {
    Node node = adjoint.node;
    List<Value> arguments = new ArrayList<>(node.inputs());
    arguments.add(node.output(0));
    for (int i = 0; i < op.arity(); i++) {
      ScalarExpr derivative = op.derivative(i);
      if (op instanceof Cast) {
        adjoint.give(0, () -> Cast.of(adjoint.gradOutput(), node.inputs().get(0).dtype()));
      } else if (!derivative.is(0)) {
        adjoint.give(i, () -> times(adjoint.gradOutput(), derivative, arguments));
      }
    }
  }

  /**
   * The gradient times a derivative. A choice stays outermost, so that an infinity on the side that
   * was not taken cannot become NaN by a product with 0.
   */
  private static Value times(Value grad, ScalarExpr derivative, List<Value> arguments) {
    List<Value> all = new ArrayList<>(arguments);
    all.add(grad);
    return Formula.expand(times(ScalarExpr.arg(arguments.size()), derivative), all);
  }

  private static ScalarExpr times(ScalarExpr grad, ScalarExpr derivative) {
    if (derivative instanceof ScalarExpr.Select s) {
      return ScalarExpr.select(s.condition(), times(grad, s.ifTrue()), times(grad, s.ifFalse()));
    }
    if (derivative instanceof ScalarExpr.Binary b && b.function().isComparison()) {
      return ScalarExpr.select(b, grad, ScalarExpr.ZERO);
    }
    return derivative.is(0) ? ScalarExpr.ZERO : ScalarExpr.mul(grad, derivative);
  }

  private final class Sweep implements Adjoint {
    private final Node node;

    Sweep(Node node) {
      this.node = node;
    }

    @Override
    public Value input(int index) {
      return node.inputs().get(index);
    }

    @Override
    public Value output(int index) {
      return node.output(index);
    }

    @Override
    public Value gradOutput(int index) {
      return gradientOrZeros(node.output(index));
    }

    @Override
    public boolean hasGradOutput(int index) {
      return gradients.containsKey(node.output(index));
    }

    @Override
    public List<Value> pullBack(List<Value> outputs, List<Value> gradOutputs, List<Value> by) {
      return new Differentiator(outputs.get(0).graph()).sweep(outputs, gradOutputs, by);
    }

    @Override
    public boolean wants(int input) {
      return isNeeded(node.inputs().get(input));
    }

    @Override
    public void give(int input, Supplier<Value> gradient) {
      if (!wants(input)) {
        return;
      }
      Value target = node.inputs().get(input);
      Value summed = Reduce.sumTo(gradient.get(), target.shape());
      GraphException.check(
          summed.type().equals(target.type()),
          "%s: gradient of input %d is %s, expected %s",
          node,
          input,
          summed.type(),
          target.type());
      add(target, summed);
    }
  }
}
