package dev.merapi.core.op.movement;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Movement;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * Makes of each I32 index a vector with 1 at that index and 0 elsewhere, along a new last axis.
 *
 * <p>y[i..., d] = 1 where d = indices[i...], else 0; an index outside of 0 to depth - 1 gives only
 * zeros.
 *
 * @param depth the size of the new axis
 * @param dtype the output's element type
 */
public record OneHot(int depth, DType dtype) implements Movement {
  public static Value of(Value indices, int depth, DType dtype) {
    return indices.graph().apply(new OneHot(depth, dtype), indices);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType indices = inputs.get(0);
    Gather.checkIndices(indices);
    GraphException.check(depth >= 1, "expected a depth >= 1, found %d", depth);
    return List.of(new TensorType(dtype, indices.shape().concat(Shape.of(depth))));
  }
}
