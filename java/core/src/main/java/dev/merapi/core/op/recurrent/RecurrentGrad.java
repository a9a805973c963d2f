package dev.merapi.core.op.recurrent;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Recurrent;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * The backward op of a recurrent stack: back-propagation through time.
 *
 * <p>Inputs: the gradients by y and by the final states, then the stack's inputs x, weight and
 * initial states, then what it saved. Outputs: the gradients by x, weight and initial states.
 */
public sealed interface RecurrentGrad extends Recurrent permits LstmGrad, GruGrad, RnnGrad {
  /** The stack whose gradient this is. */
  RecurrentStack forward();

  @Override
  default List<TensorType> inferTypes(List<TensorType> inputs) {
    int results = 1 + forward().states();
    GraphException.check(
        inputs.size() > 2 * results,
        "takes more than %d inputs, found %d",
        2 * results,
        inputs.size());
    List<TensorType> arguments = inputs.subList(results, 2 * results + 1);
    List<TensorType> outputs = forward().inferTypes(arguments);
    List<TensorType> found = new ArrayList<>(inputs.subList(0, results));
    found.addAll(inputs.subList(2 * results + 1, inputs.size()));
    GraphException.check(
        found.equals(outputs), "expected gradients and saved values %s, found %s", outputs, found);
    return List.copyOf(arguments);
  }
}
