package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.nn.Default;
import dev.merapi.nn.MultiLayer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import java.util.List;

/**
 * Long short-term memory, for x [T, N, in] and y [T, N, hidden * directions]. Source: Hochreiter
 * and Schmidhuber, Neural Computation 9(8), 1997; formula and gates as in {@link
 * dev.merapi.core.op.recurrent.Lstm}.
 *
 * <p>Takes x; then, if they are to begin otherwise than with zeros, the states {@code h} and {@code
 * c}, each [layers * directions, N, hidden]; then, if sequences end at different places, lengths
 * I32 [N] from 0 to T. Outputs: y, with zeros behind a sequence's end, and {@code h} and {@code c},
 * the states at each sequence's own end, like the first ones.
 *
 * <p>Variable {@code weight}: all matrices and biases in one vector, one behind the other as
 * PyTorch lists a module's parameters: for each layer, and in it for each direction, {@code
 * weight_ih_l0} [G * hidden, in], {@code weight_hh_l0} [G * hidden, hidden], {@code bias_ih_l0} and
 * {@code bias_hh_l0} [G * hidden], where G is 4, in the order i f g o; {@link
 * dev.merapi.core.op.recurrent.PackedWeights} has the places. It begins uniform within 1 /
 * sqrt(hidden), as in PyTorch. Carried states are variables of the same names.
 *
 * @param hidden features of the state, at least 1
 * @param layers how many are stacked, at least 1
 * @param bidirectional whether every layer runs in both directions
 * @param carryState whether h and c begin as the last batch left them, for data whose batches
 *     continue each other (truncated back-propagation through time); else they begin with zeros
 */
public record Lstm(
    int hidden,
    @Default("1") int layers,
    @Default("false") boolean bidirectional,
    @Default("false") boolean carryState)
    implements MultiLayer {
  public Lstm {
    Recurrence.check("lstm", stack(hidden, layers, bidirectional), carryState);
  }

  /** One layer in one direction that begins with zeros. */
  public Lstm(int hidden) {
    this(hidden, 1, false, false);
  }

  public Lstm layers(int layers) {
    return new Lstm(hidden, layers, bidirectional, carryState);
  }

  public Lstm bidirectional(boolean bidirectional) {
    return new Lstm(hidden, layers, bidirectional, carryState);
  }

  public Lstm carryState(boolean carryState) {
    return new Lstm(hidden, layers, bidirectional, carryState);
  }

  private static dev.merapi.core.op.recurrent.Lstm stack(
      int hidden, int layers, boolean bidirectional) {
    return new dev.merapi.core.op.recurrent.Lstm(hidden, layers, bidirectional);
  }

  @Override
  public Outputs build(Net net, List<Value> inputs) {
    return Recurrence.build(net, inputs, stack(hidden, layers, bidirectional), carryState);
  }
}
