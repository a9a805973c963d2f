package dev.merapi.core.op.normalization;

import static dev.merapi.core.op.elementwise.Arithmetic.div;
import static dev.merapi.core.op.elementwise.Arithmetic.exp;
import static dev.merapi.core.op.elementwise.Arithmetic.mul;
import static dev.merapi.core.op.elementwise.Arithmetic.sub;
import static dev.merapi.core.op.normalization.Moments.max;
import static dev.merapi.core.op.normalization.Moments.sum;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.Normalization;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * y = exp(x - max) / sum of exp(x - max), with maximum and sum along one axis: positive numbers
 * that sum to 1.
 *
 * <p>x of any shape; output of the same shape. Taking the maximum off changes nothing but keeps exp
 * from overflowing. Source: Bridle, Neurocomputing, 1990.
 *
 * @param axis the axis to sum along, counted from the first
 */
public record Softmax(int axis) implements Normalization {
  /** Along an axis; a negative one counts from the last. */
  public static Value of(Value x, int axis) {
    return x.graph().apply(new Softmax(x.shape().axis(axis)), x);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Checks.floating(inputs.get(0));
    Checks.axis(inputs.get(0), axis);
    return List.of(inputs.get(0));
  }

  @Override
  public void gradient(Adjoint adjoint) {
    adjoint.give(0, () -> gradient(adjoint.output(0), adjoint.gradOutput(), axis));
  }

  /** y (grad - sum of grad y): from the softmax y and the gradient by it. */
  static Value gradient(Value y, Value grad, int axis) {
    Value mean = sum(mul(grad, y), axis);
    return mul(y, sub(grad, mean));
  }

  @Override
  public Optional<List<Value>> decompose(List<Value> inputs) {
    Value x = inputs.get(0);
    Value exp = exp(sub(x, max(x, axis)));
    return Optional.of(List.of(div(exp, sum(exp, axis))));
  }
}
