package dev.merapi.core.op.recurrent;

import static dev.merapi.core.op.elementwise.Arithmetic.add;
import static dev.merapi.core.op.recurrent.Gates.join;
import static dev.merapi.core.op.recurrent.Gates.part;
import static dev.merapi.core.op.recurrent.Gates.split;
import static dev.merapi.core.op.recurrent.Unrolled.row;
import static dev.merapi.core.op.recurrent.Unrolled.stacked;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.contraction.MatMul;
import dev.merapi.core.op.movement.Concat;
import dev.merapi.core.op.movement.Reshape;
import dev.merapi.core.op.recurrent.Unrolled.Direction;
import dev.merapi.core.op.reduction.Reduce;
import dev.merapi.core.op.reduction.ReduceFunction;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Back-propagation through time as primitives, from what the forward op saved. */
final class UnrolledGrad {
  private final RecurrentStack stack;
  private final Cell cell;

  UnrolledGrad(RecurrentStack stack, Cell cell) {
    this.stack = stack;
    this.cell = cell;
  }

  /** The inputs of the backward op by their places. */
  private record Arguments(RecurrentStack stack, List<Value> inputs) {
    int results() {
      return 1 + stack.states();
    }

    Value x() {
      return inputs.get(results());
    }

    Value weight() {
      return inputs.get(results() + 1);
    }

    /** A state's gradient at the end, for a row of layers and directions. */
    Value gradFinal(int state, int row) {
      return Unrolled.row(inputs.get(1 + state), row);
    }

    Value initial(int state, int row) {
      return Unrolled.row(inputs.get(results() + 2 + state), row);
    }

    /** The saved sequence of a state. */
    Value states(int state, int row) {
      return Unrolled.row(inputs.get(inputs.size() - stack.states() + state), row);
    }

    /** The saved sequence of gates. */
    Value gates(int row) {
      return Unrolled.row(inputs.get(2 * results() + 1), row);
    }

    /** The sequence that a layer read. */
    Value sequence(int layer) {
      if (layer == 0) {
        return x();
      }
      List<Value> sides = new ArrayList<>();
      for (int direction = 0; direction < stack.directions(); direction++) {
        sides.add(states(0, (layer - 1) * stack.directions() + direction));
      }
      return Concat.of(2, sides);
    }
  }

  /** What one direction of one layer gives back. */
  private record Run(Value gradSequence, Value gradWeight, List<Value> gradInitial) {}

  /** All outputs of the backward op, from its inputs. */
  List<Value> backward(List<Value> inputs) {
    Arguments arguments = new Arguments(stack, inputs);
    PackedWeights weights = stack.weights(arguments.x().shape().dim(2));
    int directions = stack.directions();
    Run[] runs = new Run[stack.layers() * directions];
    Value gradSequence = inputs.get(0);
    for (int layer = stack.layers() - 1; layer >= 0; layer--) {
      Value gradBelow = null;
      for (int d = 0; d < directions; d++) {
        int end = (d + 1) * stack.hidden();
        Value gradSide = part(gradSequence, 2, d * stack.hidden(), end);
        Direction pieces = new Direction(arguments.weight(), weights, layer, d);
        Run run = run(arguments, pieces, gradSide);
        runs[layer * directions + d] = run;
        gradBelow = gradBelow == null ? run.gradSequence : add(gradBelow, run.gradSequence);
      }
      gradSequence = gradBelow;
    }
    List<Value> outputs = new ArrayList<>();
    outputs.add(gradSequence);
    outputs.add(Concat.of(0, Arrays.stream(runs).map(Run::gradWeight).toList()));
    for (int s = 0; s < stack.states(); s++) {
      int state = s;
      outputs.add(stacked(Arrays.stream(runs).map(run -> run.gradInitial.get(state)).toList()));
    }
    return outputs;
  }

  private Run run(Arguments arguments, Direction pieces, Value gradSide) {
    int steps = gradSide.shape().dim(0);
    int row = pieces.layer() * stack.directions() + pieces.direction();
    List<Value> gradStates = new ArrayList<>();
    for (int s = 0; s < stack.states(); s++) {
      gradStates.add(arguments.gradFinal(s, row));
    }
    Value[] gradInputs = new Value[steps];
    Value[] gradRecurrents = new Value[steps];
    Value[] before = new Value[steps];
    for (int step = steps - 1; step >= 0; step--) {
      int t = pieces.place(step, steps);
      Integer previous = step == 0 ? null : pieces.place(step - 1, steps);
      Cell.Saved saved = saved(arguments, row, t, previous);
      gradStates.set(0, add(gradStates.get(0), row(gradSide, t)));
      Cell.Gradient gradient = cell.back(saved, gradStates);
      gradInputs[t] = join(gradient.input());
      gradRecurrents[t] = join(gradient.recurrent());
      before[t] = saved.before().get(0);
      Value through = MatMul.of(gradRecurrents[t], pieces.weightHh(), false, false);
      gradStates = new ArrayList<>(Arrays.asList(gradient.states()));
      gradStates.set(0, gradStates.get(0) == null ? through : add(gradStates.get(0), through));
    }
    Value gradInput = stacked(List.of(gradInputs));
    Value gradRecurrent = stacked(List.of(gradRecurrents));
    Value gradWeight =
        Concat.of(
            0,
            List.of(
                product(gradInput, arguments.sequence(pieces.layer())),
                product(gradRecurrent, stacked(List.of(before))),
                Reduce.of(ReduceFunction.SUM, gradInput, false, 0, 1),
                Reduce.of(ReduceFunction.SUM, gradRecurrent, false, 0, 1)));
    Value gradSequence = MatMul.of(gradInput, pieces.weightIh(), false, false);
    return new Run(gradSequence, gradWeight, gradStates);
  }

  /** What was saved of place t, where {@code previous} was computed before it, null for none. */
  private Cell.Saved saved(Arguments arguments, int row, int t, Integer previous) {
    List<Value> before = new ArrayList<>();
    List<Value> after = new ArrayList<>();
    for (int s = 0; s < stack.states(); s++) {
      Value states = arguments.states(s, row);
      before.add(previous == null ? arguments.initial(s, row) : row(states, previous));
      after.add(row(states, t));
    }
    int count = stack.savedGates();
    List<Value> gates = count == 0 ? List.of() : split(row(arguments.gates(row), t), count);
    return new Cell.Saved(gates, before, after);
  }

  /** The sum over t and n of the outer products, flattened: [T, N, a] and [T, N, b] to [a * b]. */
  private static Value product(Value a, Value b) {
    Value flat = MatMul.of(rows(a), rows(b), true, false);
    return Reshape.of(flat, Shape.of(flat.shape().elements()));
  }

  private static Value rows(Value x) {
    return Reshape.of(x, Shape.of(x.shape().dim(0) * x.shape().dim(1), x.shape().dim(2)));
  }
}
