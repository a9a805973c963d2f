package dev.merapi.backend.cpu;

import dev.merapi.core.graph.Recurrent;
import dev.merapi.core.op.recurrent.RecurrentGrad;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * The gradient of a recurrent stack by its weight and its initial states only: the outputs of a
 * {@link RecurrentGrad} but for the first.
 *
 * @param whole the op that has the gradient by the sequence, too
 */
record RecurrentGradWithoutX(RecurrentGrad whole) implements Recurrent {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    List<TensorType> outputs = whole.inferTypes(inputs);
    return outputs.subList(1, outputs.size());
  }
}
