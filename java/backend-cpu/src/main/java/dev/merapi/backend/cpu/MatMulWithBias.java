package dev.merapi.backend.cpu;

import dev.merapi.core.graph.Contraction;
import dev.merapi.core.op.contraction.MatMul;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * C = A B + bias, perhaps followed by max(C, 0), as one primitive.
 *
 * <p>Inputs: A and B as of {@link MatMul}, and the bias of each column, of any shape.
 *
 * @param product the matrix product
 * @param relu whether negative results become 0
 */
record MatMulWithBias(MatMul product, boolean relu) implements Contraction {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    return product.inferTypes(inputs.subList(0, 2));
  }
}
