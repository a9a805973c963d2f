package dev.merapi.core.op.reduction;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Reduction;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.elementwise.Binary;
import dev.merapi.core.op.movement.Broadcast;
import dev.merapi.core.op.movement.Reshape;
import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Joins the elements along some axes.
 *
 * <p>The gradient of a maximum or minimum is shared evenly by the elements that attain it.
 *
 * @param function how elements are joined
 * @param axes the axes to reduce, ascending, counted from the first
 * @param keepDims whether reduced axes stay with size 1
 */
public record Reduce(ReduceFunction function, List<Integer> axes, boolean keepDims)
    implements Reduction {
  /** Reduces some axes; negative ones count from the last; none given means all. */
  public static Value of(ReduceFunction function, Value x, boolean keepDims, int... axes) {
    IntStream wanted = axes.length == 0 ? IntStream.range(0, x.shape().rank()) : IntStream.of(axes);
    List<Integer> ordered = wanted.map(x.shape()::axis).sorted().distinct().boxed().toList();
    return ordered.isEmpty() ? x : x.graph().apply(new Reduce(function, ordered, keepDims), x);
  }

  /** Sums a value to a shape that broadcasts to the value's shape. */
  public static Value sumTo(Value x, Shape shape) {
    int lead = x.shape().rank() - shape.rank();
    int[] axes =
        IntStream.range(0, x.shape().rank())
            .filter(i -> i < lead || shape.dim(i - lead) != x.shape().dim(i))
            .toArray();
    return axes.length == 0 ? x : Reshape.of(of(ReduceFunction.SUM, x, false, axes), shape);
  }

  @Override
  public String name() {
    return "reduce"
        + function.name().charAt(0)
        + function.name().substring(1).toLowerCase(Locale.ROOT);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    Shape kept = kept(x.shape());
    GraphException.check(
        function == ReduceFunction.SUM || x.shape().elements() >= kept.elements(),
        "%s has nothing to reduce over axes %s",
        x,
        axes);
    if (keepDims) {
      return List.of(x.withShape(kept));
    }
    int[] left =
        IntStream.range(0, x.shape().rank())
            .filter(i -> !axes.contains(i))
            .map(x.shape()::dim)
            .toArray();
    return List.of(x.withShape(Shape.of(left)));
  }

  /** The input's shape with the reduced axes at size 1. */
  public Shape kept(Shape input) {
    Shape kept = input;
    for (int axis : axes) {
      kept = kept.with(axis, 1);
    }
    return kept;
  }

  @Override
  public void gradient(Adjoint adjoint) {
    Value x = adjoint.input(0);
    Shape kept = kept(x.shape());
    adjoint.give(
        0,
        () -> {
          Value grad = Reshape.of(adjoint.gradOutput(), kept);
          if (function == ReduceFunction.SUM) {
            return Broadcast.of(grad, x.shape());
          }
          Value attained = Binary.of(BinaryFunction.EQUAL, x, Reshape.of(adjoint.output(0), kept));
          int[] over = axes.stream().mapToInt(Integer::intValue).toArray();
          Value ties = of(ReduceFunction.SUM, attained, true, over);
          return Binary.of(BinaryFunction.MUL, attained, Binary.of(BinaryFunction.DIV, grad, ties));
        });
  }
}
