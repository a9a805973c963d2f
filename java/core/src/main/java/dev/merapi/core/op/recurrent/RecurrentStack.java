package dev.merapi.core.op.recurrent;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Recurrent;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Layers of recurrent cells: each layer reads the sequence that the one below it writes, and a
 * bidirectional one writes the states of its forward and of its backward cells side by side.
 *
 * <p>Inputs: x [T, N, in], the weight vector of {@link PackedWeights}, and the initial states
 * [layers * directions, N, hidden], one for h and, where the cell has it, one for c. Outputs: y [T,
 * N, hidden * directions], the final states like the initial ones, and what the backward op needs:
 * the gates' values [layers * directions, T, N, savedGates * hidden], unless there are none, and
 * the sequence [layers * directions, T, N, hidden] of every state. The saved ones carry no
 * gradient. Row layer * directions + direction belongs to that layer and direction, and place t of
 * a sequence holds what was computed from place t of the input, in both directions.
 */
public sealed interface RecurrentStack extends Recurrent permits Lstm, Gru, Rnn {
  /** Features of the state. */
  int hidden();

  /** How many layers are stacked. */
  int layers();

  /** Whether every layer runs in both directions. */
  boolean bidirectional();

  /** Blocks of rows in the weight's pieces. */
  int gates();

  /** Blocks of hidden numbers that are saved for each element of the sequence. */
  int savedGates();

  /** How many states a cell has: 1 (h) or 2 (h and c). */
  int states();

  /** One layer of this stack in one direction. */
  RecurrentStack single();

  /** The op that has the gradients of the inputs as outputs. */
  RecurrentGrad backward();

  /** 1, or 2 when bidirectional. */
  default int directions() {
    return bidirectional() ? 2 : 1;
  }

  /** How the weight vector is laid out for inputs of this many features. */
  default PackedWeights weights(int input) {
    return new PackedWeights(gates(), input, hidden(), layers(), directions());
  }

  /** The shape of each state for a batch of this size. */
  default Shape stateShape(int batch) {
    return Shape.of(layers() * directions(), batch, hidden());
  }

  @Override
  default List<TensorType> inferTypes(List<TensorType> inputs) {
    GraphException.check(
        hidden() >= 1 && layers() >= 1,
        "expected at least 1 hidden feature and 1 layer, found %d and %d",
        hidden(),
        layers());
    GraphException.check(
        inputs.size() == 2 + states(), "takes %d inputs, found %d", 2 + states(), inputs.size());
    TensorType x = inputs.get(0);
    GraphException.check(
        x.dtype().isFloating() && x.shape().rank() == 3,
        "expected a floating-point sequence [T, N, features], found %s",
        x);
    int steps = x.shape().dim(0);
    int batch = x.shape().dim(1);
    int weights = weights(x.shape().dim(2)).elements();
    check("the packed weight", inputs.get(1), x.withShape(Shape.of(weights)));
    TensorType state = x.withShape(stateShape(batch));
    List<TensorType> outputs = new ArrayList<>();
    outputs.add(x.withShape(Shape.of(steps, batch, hidden() * directions())));
    for (int i = 0; i < states(); i++) {
      check("an initial state", inputs.get(2 + i), state);
      outputs.add(state);
    }
    if (savedGates() > 0) {
      outputs.add(saved(x, savedGates()));
    }
    for (int i = 0; i < states(); i++) {
      outputs.add(saved(x, 1));
    }
    return outputs;
  }

  private TensorType saved(TensorType x, int blocks) {
    int rows = layers() * directions();
    return x.withShape(Shape.of(rows, x.shape().dim(0), x.shape().dim(1), blocks * hidden()));
  }

  private static void check(String what, TensorType found, TensorType expected) {
    GraphException.check(found.equals(expected), "expected %s %s, found %s", what, expected, found);
  }

  @Override
  default void gradient(Adjoint adjoint) {
    int results = 1 + states();
    int outputs = adjoint.output(0).node().outputs().size();
    List<Value> inputs = new ArrayList<>();
    for (int i = 0; i < results; i++) {
      inputs.add(adjoint.gradOutput(i));
    }
    for (int i = 0; i <= results; i++) {
      inputs.add(adjoint.input(i));
    }
    for (int i = results; i < outputs; i++) {
      GraphException.check(
          !adjoint.hasGradOutput(i),
          "%s: no gradient goes through what is saved for the backward op",
          name());
      inputs.add(adjoint.output(i));
    }
    List<Value> gradients = adjoint.input(0).graph().applyAll(backward(), inputs);
    for (int i = 0; i < gradients.size(); i++) {
      Value gradient = gradients.get(i);
      adjoint.give(i, () -> gradient);
    }
  }
}
