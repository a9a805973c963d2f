package dev.merapi.backend.cuda.cudnn;

import dev.merapi.core.graph.Recurrent;
import dev.merapi.core.op.recurrent.RecurrentStack;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * A recurrent stack that keeps for its gradient not the gates and states of {@link RecurrentStack},
 * but bytes that only cuDNN understands.
 *
 * <p>Inputs as of the stack; outputs y, the final states and, in training, what is kept.
 *
 * @param stack the stack
 * @param reserveBytes what cuDNN keeps in training; 0 in inference
 */
record RecurrentByCudnn(RecurrentStack stack, int reserveBytes) implements Recurrent {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    List<TensorType> results =
        new ArrayList<>(stack.inferTypes(inputs).subList(0, 1 + stack.states()));
    if (reserveBytes > 0) {
      results.add(new TensorType(DType.U8, Shape.of(reserveBytes)));
    }
    return results;
  }

  @Override
  public String name() {
    return stack.name();
  }
}
