package dev.merapi.core.op.movement;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Movement;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Reorders the axes: axis i of the output is axis {@code permutation[i]} of the input.
 *
 * @param permutation every axis of the input once, counted from the first
 */
public record Transpose(List<Integer> permutation) implements Movement {
  public Transpose {
    permutation = List.copyOf(permutation);
  }

  /** The value with its axes in this order; the value itself when they already are. */
  public static Value of(Value x, List<Integer> permutation) {
    Transpose op = new Transpose(permutation.stream().map(x.shape()::axis).toList());
    return op.permutation.equals(axes(op.permutation.size()))
            && op.permutation.size() == x.shape().rank()
        ? x
        : x.graph().apply(op, x);
  }

  private static List<Integer> axes(int rank) {
    return IntStream.range(0, rank).boxed().toList();
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    GraphException.check(
        permutation.stream().sorted().toList().equals(axes(x.shape().rank())),
        "expected every axis of %s once, found permutation %s",
        x,
        permutation);
    return List.of(x.withShape(Shape.of(permutation.stream().map(x.shape()::dim).toList())));
  }

  @Override
  public void gradient(Adjoint adjoint) {
    List<Integer> inverse = axes(permutation.size()).stream().map(permutation::indexOf).toList();
    adjoint.give(0, () -> of(adjoint.gradOutput(), inverse));
  }
}
