package dev.merapi.core.op.normalization;

import static dev.merapi.core.op.elementwise.Arithmetic.exp;
import static dev.merapi.core.op.elementwise.Arithmetic.log;
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
 * y = x - max - log(sum of exp(x - max)), with maximum and sum along one axis: the logarithm of
 * {@link Softmax}, exact also where the softmax is too small for its element type.
 *
 * <p>x of any shape; output of the same shape.
 *
 * @param axis the axis to sum along, counted from the first
 */
public record LogSoftmax(int axis) implements Normalization {
  /** Along an axis; a negative one counts from the last. */
  public static Value of(Value x, int axis) {
    return x.graph().apply(new LogSoftmax(x.shape().axis(axis)), x);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Checks.floating(inputs.get(0));
    Checks.axis(inputs.get(0), axis);
    return List.of(inputs.get(0));
  }

  @Override
  public void gradient(Adjoint adjoint) {
    adjoint.give(
        0,
        () -> {
          Value grad = adjoint.gradOutput();
          Value softmax = exp(adjoint.output(0));
          Value sum = sum(grad, axis);
          return sub(grad, mul(softmax, sum));
        });
  }

  @Override
  public Optional<List<Value>> decompose(List<Value> inputs) {
    return Optional.of(List.of(primitives(inputs.get(0), axis)));
  }

  static Value primitives(Value x, int axis) {
    Value shifted = sub(x, max(x, axis));
    Value sum = sum(exp(shifted), axis);
    return sub(shifted, log(sum));
  }
}
