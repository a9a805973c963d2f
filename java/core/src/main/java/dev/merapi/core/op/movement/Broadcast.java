package dev.merapi.core.op.movement;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Movement;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/** Repeats a tensor along axes of size 1 and new leading axes, by NumPy's rule. */
public record Broadcast(Shape shape) implements Movement {
  /** The value broadcast to this shape; the value itself when it already has it. */
  public static Value of(Value x, Shape shape) {
    return x.shape().equals(shape) ? x : x.graph().apply(new Broadcast(shape), x);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    GraphException.check(x.shape().broadcastsTo(shape), "%s does not broadcast to %s", x, shape);
    return List.of(x.withShape(shape));
  }

  /** The adjoint sums the gradient back to the input's shape. */
  @Override
  public void gradient(Adjoint adjoint) {
    adjoint.give(0, adjoint::gradOutput);
  }
}
