package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.recurrent.Rnn.Mode;
import dev.merapi.nn.Default;
import dev.merapi.nn.MultiLayer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import java.util.List;

/**
 * A plain recurrent network: h[t] = f(Wih x[t] + bih + Whh h[t-1] + bhh), for x [T, N, in] and y
 * [T, N, hidden * directions]. Source: Elman, Cognitive Science 14(2), 1990; formula and gates as
 * in {@link dev.merapi.core.op.recurrent.Rnn}.
 *
 * <p>Takes x; then, if they are to begin otherwise than with zeros, the state {@code h} [layers *
 * directions, N, hidden]; then, if sequences end at different places, lengths I32 [N] from 0 to T.
 * Outputs: y, with zeros behind a sequence's end, and {@code h}, the states at each sequence's own
 * end, like the first ones.
 *
 * <p>Variable {@code weight}: all matrices and biases in one vector, one behind the other as
 * PyTorch lists a module's parameters: for each layer, and in it for each direction, {@code
 * weight_ih_l0} [G * hidden, in], {@code weight_hh_l0} [G * hidden, hidden], {@code bias_ih_l0} and
 * {@code bias_hh_l0} [G * hidden], where G is 1; {@link dev.merapi.core.op.recurrent.PackedWeights}
 * has the places. It begins uniform within 1 / sqrt(hidden), as in PyTorch. Carried states are
 * variables of the same names.
 *
 * @param hidden features of the state, at least 1
 * @param layers how many are stacked, at least 1
 * @param bidirectional whether every layer runs in both directions
 * @param carryState whether h begin as the last batch left them, for data whose batches continue
 *     each other (truncated back-propagation through time); else they begin with zeros
 * @param mode the function f: tanh or relu
 */
public record Rnn(
    int hidden,
    @Default("1") int layers,
    @Default("false") boolean bidirectional,
    @Default("false") boolean carryState,
    @Default("tanh") Mode mode)
    implements MultiLayer {
  public Rnn {
    Recurrence.check("rnn", stack(mode, hidden, layers, bidirectional), carryState);
  }

  /** One layer in one direction that begins with zeros. */
  public Rnn(int hidden) {
    this(hidden, 1, false, false, Mode.TANH);
  }

  public Rnn layers(int layers) {
    return new Rnn(hidden, layers, bidirectional, carryState, mode);
  }

  public Rnn bidirectional(boolean bidirectional) {
    return new Rnn(hidden, layers, bidirectional, carryState, mode);
  }

  public Rnn carryState(boolean carryState) {
    return new Rnn(hidden, layers, bidirectional, carryState, mode);
  }

  public Rnn mode(Mode mode) {
    return new Rnn(hidden, layers, bidirectional, carryState, mode);
  }

  private static dev.merapi.core.op.recurrent.Rnn stack(
      Mode mode, int hidden, int layers, boolean bidirectional) {
    return new dev.merapi.core.op.recurrent.Rnn(mode, hidden, layers, bidirectional);
  }

  @Override
  public Outputs build(Net net, List<Value> inputs) {
    return Recurrence.build(net, inputs, stack(mode, hidden, layers, bidirectional), carryState);
  }
}
