package dev.merapi.core.op.elementwise;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.Collections;
import java.util.List;

/**
 * A region of elementwise ops as one: each output is an expression of the region's inputs.
 *
 * <p>Made by the compiler after differentiation. Inputs are broadcast to the iteration shape and
 * may have integer element types, which are converted as they are read.
 *
 * @param exprs one expression per output
 * @param arity the number of inputs
 * @param dtype the element type of all outputs, in which the region computes
 * @param shape the iteration shape, which is every output's shape
 */
public record Fused(List<ScalarExpr> exprs, int arity, DType dtype, Shape shape)
    implements Elementwise {
  @Override
  public ScalarExpr expr() {
    GraphException.check(exprs.size() == 1, "a fused region has %d expressions", exprs.size());
    return exprs.get(0);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    GraphException.check(inputs.size() == arity, "takes %d inputs, found %d", arity, inputs.size());
    for (TensorType input : inputs) {
      GraphException.check(
          input.shape().broadcastsTo(shape), "%s does not broadcast to %s", input, shape);
    }
    return Collections.nCopies(exprs.size(), new TensorType(dtype, shape));
  }
}
