package dev.merapi.core.graph;

import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * Ops that compute each element from the elements at the same place of their inputs, which are
 * broadcast to a common shape by NumPy's rule.
 *
 * <p>Such an op is its scalar expression; an activation is a record with an {@code expr()}. Value,
 * gradient, fusion and kernels all follow from it.
 *
 * <p>Integer element types compute exactly while the result fits; what an overflow gives is left to
 * the device.
 */
public non-sealed interface Elementwise extends Op {
  /** The value of one element, from {@code arg(0)}, {@code arg(1)}, ... */
  ScalarExpr expr();

  /** The expression of each output; all but fused regions have one. */
  default List<ScalarExpr> exprs() {
    return List.of(expr());
  }

  /** The number of inputs. */
  int arity();

  /**
   * The partial derivative by one input, where {@code arg(arity())} stands for the op's own output.
   * Override it where the output alone suffices and the symbolic derivative does not find that.
   */
  default ScalarExpr derivative(int input) {
    return expr().derivative(input, ScalarExpr.arg(arity()));
  }

  /** Elements of other places are not read. */
  @Override
  default boolean mayAlias(int output, int input) {
    return true;
  }

  @Override
  default List<TensorType> inferTypes(List<TensorType> inputs) {
    GraphException.check(
        inputs.size() == arity(), "takes %d inputs, found %d", arity(), inputs.size());
    TensorType first = inputs.get(0);
    Shape shape = first.shape();
    for (TensorType input : inputs) {
      GraphException.check(
          input.dtype() == first.dtype(),
          "inputs must have one element type, found %s and %s",
          first,
          input);
      shape = Shape.broadcast(shape, input.shape());
    }
    return List.of(first.withShape(shape));
  }
}
