package dev.merapi.core.op.recurrent;

import static dev.merapi.core.op.elementwise.Arithmetic.add;
import static dev.merapi.core.op.recurrent.Gates.part;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.contraction.MatMul;
import dev.merapi.core.op.movement.Concat;
import dev.merapi.core.op.movement.Reshape;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A recurrent stack as primitives, step by step: for targets without a kernel. */
final class Unrolled {
  private final RecurrentStack stack;
  private final Cell cell;

  Unrolled(RecurrentStack stack, Cell cell) {
    this.stack = stack;
    this.cell = cell;
  }

  /** What one direction of one layer gives, each as a value for every place t of the sequence. */
  private record Run(List<Value> finals, List<List<Value>> states, List<List<Value>> gates) {}

  /** All outputs of the op, from its inputs. */
  List<Value> forward(List<Value> inputs) {
    Value sequence = inputs.get(0);
    PackedWeights weights = stack.weights(sequence.shape().dim(2));
    List<Run> runs = new ArrayList<>();
    for (int layer = 0; layer < stack.layers(); layer++) {
      List<Value> sides = new ArrayList<>();
      for (int direction = 0; direction < stack.directions(); direction++) {
        List<Value> initial = new ArrayList<>();
        for (int s = 0; s < stack.states(); s++) {
          initial.add(row(inputs.get(2 + s), layer * stack.directions() + direction));
        }
        Direction pieces = new Direction(inputs.get(1), weights, layer, direction);
        Run run = run(sequence, pieces, initial);
        runs.add(run);
        sides.add(stacked(run.states.get(0)));
      }
      sequence = Concat.of(2, sides);
    }
    return outputs(sequence, runs);
  }

  /** The matrices and biases of one direction of one layer. */
  record Direction(Value weight, PackedWeights packed, int layer, int direction) {
    Value weightIh() {
      return piece(packed.weightIh(layer, direction));
    }

    Value weightHh() {
      return piece(packed.weightHh(layer, direction));
    }

    Value biasIh() {
      return piece(packed.biasIh(layer, direction));
    }

    Value biasHh() {
      return piece(packed.biasHh(layer, direction));
    }

    private Value piece(PackedWeights.Piece piece) {
      return Reshape.of(part(weight, 0, piece.offset(), piece.end()), piece.shape());
    }

    /** Which place of the sequence is computed after so many others. */
    int place(int step, int steps) {
      return direction == 0 ? step : steps - 1 - step;
    }
  }

  private Run run(Value sequence, Direction pieces, List<Value> initial) {
    int steps = sequence.shape().dim(0);
    Value input = add(MatMul.of(sequence, pieces.weightIh(), false, true), pieces.biasIh());
    List<Value> states = initial;
    Cell.Step[] results = new Cell.Step[steps];
    for (int step = 0; step < steps; step++) {
      int t = pieces.place(step, steps);
      Value product = MatMul.of(states.get(0), pieces.weightHh(), false, true);
      results[t] = cell.step(row(input, t), add(product, pieces.biasHh()), states);
      states = results[t].states();
    }
    List<List<Value>> all = new ArrayList<>();
    for (int s = 0; s < stack.states(); s++) {
      int state = s;
      all.add(Arrays.stream(results).map(result -> result.states().get(state)).toList());
    }
    return new Run(states, all, Arrays.stream(results).map(Cell.Step::gates).toList());
  }

  private List<Value> outputs(Value y, List<Run> runs) {
    List<Value> outputs = new ArrayList<>();
    outputs.add(y);
    for (int s = 0; s < stack.states(); s++) {
      int state = s;
      outputs.add(stacked(runs.stream().map(run -> run.finals.get(state)).toList()));
    }
    if (stack.savedGates() > 0) {
      outputs.add(
          stacked(
              runs.stream()
                  .map(run -> stacked(run.gates.stream().map(Gates::join).toList()))
                  .toList()));
    }
    for (int s = 0; s < stack.states(); s++) {
      int state = s;
      outputs.add(stacked(runs.stream().map(run -> stacked(run.states.get(state))).toList()));
    }
    return outputs;
  }

  /** Entry i of the first axis, which goes. */
  static Value row(Value x, int i) {
    return Reshape.of(part(x, 0, i, i + 1), x.shape().slice(1, x.shape().rank()));
  }

  /** Values of one shape along a new first axis. */
  static Value stacked(List<Value> values) {
    Shape one = Shape.of(1).concat(values.get(0).shape());
    return Concat.of(0, values.stream().map(value -> Reshape.of(value, one)).toList());
  }
}
