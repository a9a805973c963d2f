package dev.merapi.nn.layer;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.recurrent.PackedWeights;
import dev.merapi.core.op.recurrent.RecurrentStack;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A recurrent stack over sequences of different lengths.
 *
 * <p>Each direction of each layer is an op of its own that runs over all places. The second
 * direction reads each sequence the other way round, up to its own length, so that both begin at a
 * sequence's first place and what is behind its end never reaches what is before. The last h is
 * then a place of the output. The last c of an LSTM is not, so c is held behind the end: one more
 * input feature that is 1 there, and 0 before, closes the input gate and opens the forget gate.
 */
final class LimitedRecurrence {
  /** Beyond it a sigmoid is exactly 0 or 1, in every element type; far from overflow in FP16. */
  private static final double SHUT = 1e4;

  private final RecurrentStack stack;
  private final PackedWeights packed;
  private final Value x;
  private final Value weight;
  private final Lengths lengths;

  LimitedRecurrence(RecurrentStack stack, RecurrentInputs in, Value weight) {
    this.stack = stack;
    this.x = in.x();
    this.weight = weight;
    packed = stack.weights(x.shape().dim(2));
    lengths = Lengths.of(in.lengths().orElseThrow(), x.shape().dim(0), x.dtype());
  }

  /** The output and the last states, from the first states. */
  List<Value> run(List<Value> first) {
    List<List<Value>> last = new ArrayList<>();
    first.forEach(state -> last.add(new ArrayList<>()));
    Value sequence = x;
    for (int layer = 0; layer < stack.layers(); layer++) {
      List<Value> sides = new ArrayList<>();
      for (int direction = 0; direction < stack.directions(); direction++) {
        int row = layer * stack.directions() + direction;
        List<Value> states = first.stream().map(state -> Lengths.row(state, row)).toList();
        Value read = direction == 0 ? sequence : lengths.reverse(sequence);
        List<Value> results = direction(layer, direction, read, states);
        Value y = results.get(0);
        sides.add(direction == 0 ? y : lengths.reverse(y));
        last.get(0).add(lengths.last(y, states.get(0)));
        for (int i = 1; i < last.size(); i++) {
          last.get(i).add(results.get(1 + i));
        }
      }
      sequence = lengths.keep(join(2, sides));
    }
    List<Value> outputs = new ArrayList<>(List.of(sequence));
    last.forEach(rows -> outputs.add(join(0, rows)));
    return outputs;
  }

  private static Value join(int axis, List<Value> values) {
    return Ops.concat(axis, values.toArray(Value[]::new));
  }

  /** All outputs of the op of one direction of one layer. */
  private List<Value> direction(int layer, int direction, Value read, List<Value> states) {
    PackedWeights.Piece matrix = packed.weightIh(layer, direction);
    int end = packed.biasHh(layer, direction).end();
    boolean holds = states.size() > 1;
    List<Value> inputs = new ArrayList<>();
    inputs.add(holds ? lengths.mark(read) : read);
    inputs.add(holds ? marked(matrix, end) : part(matrix.offset(), end));
    inputs.addAll(states);
    return weight.graph().applyAll(stack.single(), inputs);
  }

  /** The direction's part of the weight, with a column for the mark behind the end. */
  private Value marked(PackedWeights.Piece matrix, int end) {
    int rows = matrix.shape().dim(0);
    Value known = Ops.reshape(part(matrix.offset(), matrix.end()), matrix.shape().toArray());
    Value column = Ops.concat(0, gate(-SHUT), gate(SHUT), gate(0), gate(0));
    Value wider = Ops.concat(1, known, column);
    return Ops.concat(
        0, Ops.reshape(wider, rows * (matrix.shape().dim(1) + 1)), part(matrix.end(), end));
  }

  private Value gate(double value) {
    Graph graph = weight.graph();
    return Constant.of(graph, weight.type().withShape(Shape.of(stack.hidden(), 1)), value);
  }

  private Value part(int start, int end) {
    return Ops.slice(weight, List.of(start), List.of(end));
  }
}
