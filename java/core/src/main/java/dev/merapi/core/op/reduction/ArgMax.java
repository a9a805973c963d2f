package dev.merapi.core.op.reduction;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Reduction;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * The I32 index of the largest element along an axis, which is removed; the first one of equals.
 *
 * <p>Which index NaN gives is not specified.
 *
 * @param axis the axis, counted from the first
 */
public record ArgMax(int axis) implements Reduction {
  /** The index along an axis; a negative one counts from the last. */
  public static Value of(Value x, int axis) {
    return x.graph().apply(new ArgMax(x.shape().axis(axis)), x);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    Shape shape = x.shape();
    GraphException.check(shape.dim(axis) > 0, "expected elements along axis %d, found %s", axis, x);
    Shape left = shape.slice(0, axis).concat(shape.slice(axis + 1, shape.rank()));
    return List.of(new TensorType(DType.I32, left));
  }
}
