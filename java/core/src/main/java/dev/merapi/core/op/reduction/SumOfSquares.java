package dev.merapi.core.op.reduction;

import static dev.merapi.core.op.elementwise.Arithmetic.add;
import static dev.merapi.core.op.elementwise.Arithmetic.mul;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Reduction;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.movement.Broadcast;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * The sum of the squares of all elements of all inputs: the squared Euclidean norm of a whole
 * network's gradients in one step, without their squares ever lying in memory.
 *
 * <p>Inputs: one or more tensors of any shapes and one element type; output: a scalar of that type.
 */
public record SumOfSquares() implements Reduction {
  /** The sum over all values, of which there must be at least one. */
  public static Value of(List<Value> values) {
    GraphException.check(
        !values.isEmpty(), "sumOfSquares: expected at least one value, found none");
    return values.get(0).graph().applyAll(new SumOfSquares(), values).get(0);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType first = inputs.get(0);
    GraphException.check(first.dtype().isFloating(), "expected floating-point, found %s", first);
    for (TensorType input : inputs) {
      GraphException.check(
          input.dtype() == first.dtype(),
          "inputs must have one element type, found %s and %s",
          first,
          input);
    }
    return List.of(first.withShape(Shape.SCALAR));
  }

  @Override
  public void gradient(Adjoint adjoint) {
    Value twice = mul(adjoint.gradOutput(), 2);
    int inputs = adjoint.output(0).node().inputs().size();
    for (int i = 0; i < inputs; i++) {
      Value x = adjoint.input(i);
      adjoint.give(i, () -> mul(Broadcast.of(twice, x.shape()), x));
    }
  }

  @Override
  public Optional<List<Value>> decompose(List<Value> inputs) {
    return inputs.stream()
        .map(x -> Reduce.of(ReduceFunction.SUM, mul(x, x), false))
        .reduce((a, b) -> add(a, b))
        .map(List::of);
  }
}
