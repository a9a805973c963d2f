package dev.merapi.core.pass.epilogue;

import dev.merapi.core.graph.Contraction;
import dev.merapi.core.op.contraction.MatMul;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * The gradients of a dense layer by its weight and by its bias, gradOutput^T x and the sums of
 * gradOutput's columns, in one kernel that reads gradOutput once.
 *
 * <p>Inputs gradOutput [N, O] and x [N, I]; outputs [O, I] and [O].
 */
public record WeightAndBiasGrad() implements Contraction {
  public static final MatMul PRODUCT = new MatMul(true, false);

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType weight = PRODUCT.inferTypes(inputs).get(0);
    return List.of(weight, weight.withShape(Shape.of(weight.shape().dim(0))));
  }
}
