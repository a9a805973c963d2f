package dev.merapi.backend.cuda.cudnn;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Recurrent;
import dev.merapi.core.op.recurrent.RecurrentStack;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * The gradient of {@link RecurrentByCudnn}: the gradients by y and the final states, the stack's
 * inputs, y and what was kept to the gradients by the inputs. It spoils what was kept, so that
 * there is one such op at most for each stack.
 *
 * @param stack the stack
 */
record RecurrentGradByCudnn(RecurrentStack stack) implements Recurrent {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    int results = 1 + stack.states();
    GraphException.check(
        inputs.size() == 2 * results + 3,
        "takes %d inputs, found %d",
        2 * results + 3,
        inputs.size());
    return List.copyOf(inputs.subList(results, 2 * results + 1));
  }

  @Override
  public String name() {
    return stack.backward().name();
  }
}
