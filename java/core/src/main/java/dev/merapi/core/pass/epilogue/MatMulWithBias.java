package dev.merapi.core.pass.epilogue;

import dev.merapi.core.graph.Contraction;
import dev.merapi.core.op.contraction.MatMul;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * C = A B + bias and what follows it, in one kernel.
 *
 * <p>Inputs: A and B as of {@link MatMul}, the bias of each column, of any shape, and the tensor
 * that the epilogue adds, if it does.
 *
 * @param product the matrix product
 * @param epilogue what follows
 */
public record MatMulWithBias(MatMul product, Epilogue epilogue) implements Contraction {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    return product.inferTypes(inputs.subList(0, 2));
  }
}
