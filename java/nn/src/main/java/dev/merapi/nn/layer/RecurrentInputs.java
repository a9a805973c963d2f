package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * What the recurrent layers take: sequences, perhaps the states that they begin with, and perhaps
 * their lengths.
 *
 * @param x [T, N, features]
 * @param states each [layers * directions, N, hidden]; none when they are not given
 * @param lengths I32 [N]; empty when all sequences have T places
 */
record RecurrentInputs(Value x, List<Value> states, Optional<Value> lengths) {
  /**
   * Sequences alone; or with states behind them; and behind those the lengths, known by their type.
   *
   * @param states the names of the states
   * @param rows layers * directions
   */
  static RecurrentInputs of(
      String layer, List<String> states, int rows, int hidden, List<Value> inputs) {
    Value last = inputs.get(inputs.size() - 1);
    boolean limited = inputs.size() > 1 && last.dtype() == DType.I32;
    List<Value> others = limited ? inputs.subList(0, inputs.size() - 1) : inputs;
    int count = states.size();
    GraphException.check(
        others.size() == 1 || others.size() == 1 + count,
        "%s: expected a sequence, then perhaps the states %s, then perhaps lengths I32[N],"
            + " found %d inputs",
        layer,
        states,
        inputs.size());
    Value x = others.get(0);
    Shape shape = x.shape();
    GraphException.check(
        shape.rank() == 3, "%s: expected [T, N, features], found %s", layer, shape);
    TensorType state = x.type().withShape(Shape.of(rows, shape.dim(1), hidden));
    for (int i = 1; i < others.size(); i++) {
      GraphException.check(
          others.get(i).type().equals(state),
          "%s: expected the state %s as %s, found %s",
          layer,
          states.get(i - 1),
          state,
          others.get(i).type());
    }
    GraphException.check(
        !limited || last.shape().equals(shape.slice(1, 2)),
        "%s: expected lengths I32%s, found %s",
        layer,
        shape.slice(1, 2),
        last.type());
    Optional<Value> lengths = limited ? Optional.of(last) : Optional.empty();
    return new RecurrentInputs(x, others.subList(1, others.size()), lengths);
  }
}
