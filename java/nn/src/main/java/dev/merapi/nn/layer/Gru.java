package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.nn.Default;
import dev.merapi.nn.MultiLayer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import java.util.List;

/**
 * Gated recurrent units, for x [T, N, in] and y [T, N, hidden * directions]. Source: Cho et al.,
 * EMNLP 2014, with the reset gate after the product; formula and gates as in {@link
 * dev.merapi.core.op.recurrent.Gru}.
 *
 * <p>Takes x; then, if they are to begin otherwise than with zeros, the state {@code h} [layers *
 * directions, N, hidden]; then, if sequences end at different places, lengths I32 [N] from 0 to T.
 * Outputs: y, with zeros behind a sequence's end, and {@code h}, the states at each sequence's own
 * end, like the first ones.
 *
 * <p>Variable {@code weight}: all matrices and biases in one vector, one behind the other as
 * PyTorch lists a module's parameters: for each layer, and in it for each direction, {@code
 * weight_ih_l0} [G * hidden, in], {@code weight_hh_l0} [G * hidden, hidden], {@code bias_ih_l0} and
 * {@code bias_hh_l0} [G * hidden], where G is 3, in the order r z n; {@link
 * dev.merapi.core.op.recurrent.PackedWeights} has the places. It begins uniform within 1 /
 * sqrt(hidden), as in PyTorch. Carried states are variables of the same names.
 *
 * @param hidden features of the state, at least 1
 * @param layers how many are stacked, at least 1
 * @param bidirectional whether every layer runs in both directions
 * @param carryState whether h begin as the last batch left them, for data whose batches continue
 *     each other (truncated back-propagation through time); else they begin with zeros
 */
public record Gru(
    int hidden,
    @Default("1") int layers,
    @Default("false") boolean bidirectional,
    @Default("false") boolean carryState)
    implements MultiLayer {
  public Gru {
    Recurrence.check("gru", stack(hidden, layers, bidirectional), carryState);
  }

  /** One layer in one direction that begins with zeros. */
  public Gru(int hidden) {
    this(hidden, 1, false, false);
  }

  public Gru layers(int layers) {
    return new Gru(hidden, layers, bidirectional, carryState);
  }

  public Gru bidirectional(boolean bidirectional) {
    return new Gru(hidden, layers, bidirectional, carryState);
  }

  public Gru carryState(boolean carryState) {
    return new Gru(hidden, layers, bidirectional, carryState);
  }

  private static dev.merapi.core.op.recurrent.Gru stack(
      int hidden, int layers, boolean bidirectional) {
    return new dev.merapi.core.op.recurrent.Gru(hidden, layers, bidirectional);
  }

  @Override
  public Outputs build(Net net, List<Value> inputs) {
    return Recurrence.build(net, inputs, stack(hidden, layers, bidirectional), carryState);
  }
}
