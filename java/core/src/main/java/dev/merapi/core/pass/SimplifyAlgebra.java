package dev.merapi.core.pass;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Op;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.elementwise.Binary;
import dev.merapi.core.op.elementwise.Cast;
import dev.merapi.core.op.elementwise.Formula;
import dev.merapi.core.op.elementwise.Select;
import dev.merapi.core.op.elementwise.Unary;
import dev.merapi.core.op.movement.Broadcast;
import dev.merapi.core.op.movement.Concat;
import dev.merapi.core.op.movement.Reshape;
import dev.merapi.core.op.movement.Slice;
import dev.merapi.core.op.movement.Transpose;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.scalar.UnaryFunction;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes what changes nothing: adding 0, multiplying by 1, double negation, reshapes of reshapes,
 * parts of what was joined, broadcasts that an elementwise op does by itself.
 *
 * <p>The scalar rules are those of {@link ScalarExpr}'s factories, so that they stand in one place:
 * a NaN or an infinity stays one ({@code 0 * x} is kept); only the sign of a zero may change.
 */
public final class SimplifyAlgebra extends GraphRewriter {
  @Override
  protected List<Value> rewrite(Graph target, Node node, List<Value> inputs) {
    Op op = node.op();
    Value x = inputs.isEmpty() ? null : inputs.get(0);
    if (op instanceof Binary || op instanceof Select) {
      return List.of(scalarRules((Elementwise) op, readDirectly(node, inputs), node));
    } else if (isNeg(op) && isNeg(x.op())) {
      return x.node().inputs();
    } else if (op instanceof Cast cast) {
      boolean skip = x.op() instanceof Cast before && isLossless(source(x).dtype(), before.to());
      return List.of(Cast.of(skip ? source(x) : x, cast.to()));
    } else if (op instanceof Elementwise) {
      return target.applyAll(op, readDirectly(node, inputs));
    }
    Value moved = movement(op, x);
    return moved != null ? List.of(moved) : target.applyAll(op, inputs);
  }

  /** A movement and one of the same kind before it as one, or none; null for other ops. */
  private static Value movement(Op op, Value x) {
    if (op instanceof Reshape reshape) {
      return Reshape.of(x.op() instanceof Reshape ? source(x) : x, reshape.shape());
    } else if (op instanceof Broadcast broadcast) {
      return Broadcast.of(x.op() instanceof Broadcast ? source(x) : x, broadcast.shape());
    } else if (op instanceof Transpose outer) {
      return x.op() instanceof Transpose inner
          ? Transpose.of(source(x), joined(inner.permutation(), outer.permutation()))
          : Transpose.of(x, outer.permutation());
    } else if (op instanceof Slice slice && x.op() instanceof Concat concat) {
      return part(slice, concat.axis(), x.node().inputs());
    }
    return null;
  }

  /** A slice of joined values as a slice of one of them; null where it takes more than one. */
  private static Value part(Slice slice, int axis, List<Value> values) {
    int start = slice.starts().get(axis);
    int end = slice.ends().get(axis);
    for (Value value : values) {
      int size = value.shape().dim(axis);
      if (start < size) {
        List<Integer> starts = new ArrayList<>(slice.starts());
        List<Integer> ends = new ArrayList<>(slice.ends());
        starts.set(axis, start);
        ends.set(axis, end);
        return end <= size ? Slice.of(value, starts, ends, slice.steps()) : null;
      }
      start -= size;
      end -= size;
    }
    return null;
  }

  private static List<Integer> joined(List<Integer> inner, List<Integer> outer) {
    return outer.stream().map(inner::get).toList();
  }

  /** What the value's node was made from. */
  private static Value source(Value value) {
    return value.node().inputs().get(0);
  }

  private static boolean isNeg(Op op) {
    return op instanceof Unary unary && unary.function() == UnaryFunction.NEG;
  }

  /** Whether every value of one type is a value of the other. */
  private static boolean isLossless(DType from, DType to) {
    return from == to || from == DType.U8 || (to == DType.F64 && from != DType.F64);
  }

  /**
   * Applies the op to expressions of its inputs, where a constant input is a constant and an input
   * that occurs twice is one argument. What the expression's factories find is built as nodes and
   * gets back the shape, which a constant of a larger shape may have given.
   */
  private static Value scalarRules(Elementwise op, List<Value> inputs, Node node) {
    List<ScalarExpr> arguments = new ArrayList<>();
    for (Value input : inputs) {
      Double splat = Constant.splat(input);
      arguments.add(
          splat != null ? ScalarExpr.constant(splat) : ScalarExpr.arg(inputs.indexOf(input)));
    }
    ScalarExpr simplified = op.expr().substitute(arguments);
    if (simplified.equals(plain(op, arguments))) {
      return node(op, inputs);
    }
    return Broadcast.of(Formula.expand(simplified, inputs), node.output(0).shape());
  }

  private static Value node(Elementwise op, List<Value> inputs) {
    return inputs.get(0).graph().applyAll(op, inputs).get(0);
  }

  /** The expression as it is when no rule applies. */
  private static ScalarExpr plain(Elementwise op, List<ScalarExpr> x) {
    return op instanceof Binary binary
        ? new ScalarExpr.Binary(binary.function(), x.get(0), x.get(1))
        : new ScalarExpr.Select(x.get(0), x.get(1), x.get(2));
  }

  /**
   * Replaces inputs that are broadcasts or constants of a large shape by what they repeat, where
   * the other inputs already give the result its shape.
   */
  private static List<Value> readDirectly(Node node, List<Value> inputs) {
    List<Value> direct = new ArrayList<>(inputs);
    for (int i = 0; i < direct.size(); i++) {
      Value before = direct.get(i);
      direct.set(i, small(before));
      List<TensorType> types = direct.stream().map(Value::type).toList();
      if (!node.op().inferTypes(types).equals(node.outputTypes())) {
        direct.set(i, before);
      }
    }
    return direct;
  }

  private static Value small(Value value) {
    if (value.op() instanceof Constant constant) {
      return Constant.scalar(value.graph(), value.dtype(), constant.value());
    }
    return value.op() instanceof Broadcast ? source(value) : value;
  }
}
