package dev.merapi.core.op.movement;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Movement;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/** The same elements, in row-major order, in another shape of as many elements. */
public record Reshape(Shape shape) implements Movement {
  /** The value in this shape; the value itself when it already is. */
  public static Value of(Value x, Shape shape) {
    return x.shape().equals(shape) ? x : x.graph().apply(new Reshape(shape), x);
  }

  @Override
  public boolean isView() {
    return true;
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    GraphException.check(
        x.shape().elements() == shape.elements(),
        "%s has %d elements, %s needs %d",
        x,
        x.shape().elements(),
        shape,
        shape.elements());
    return List.of(x.withShape(shape));
  }

  @Override
  public void gradient(Adjoint adjoint) {
    adjoint.give(0, () -> of(adjoint.gradOutput(), adjoint.input(0).shape()));
  }
}
