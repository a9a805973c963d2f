package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.recurrent.Rnn.Mode;
import dev.merapi.nn.Default;
import dev.merapi.nn.MultiLayer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.init.Initializer;
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
 * has the places. It begins uniform within 1 / sqrt(hidden), as in PyTorch, where nothing else is
 * said. With {@code activation: relu}, {@code recurrentInit: identity}, {@code weightInit: {normal:
 * {std: 0.001}}} and {@code biasInit: zeros} it is the IRNN of Le, Jaitly and Hinton, "A Simple Way
 * to Initialize Recurrent Networks of Rectified Linear Units", 2015. Carried states are variables
 * of the same names.
 *
 * @param hidden features of the state, at least 1
 * @param layers how many are stacked, at least 1
 * @param bidirectional whether every layer runs in both directions
 * @param carryState whether h begin as the last batch left them, for data whose batches continue
 *     each other (truncated back-propagation through time); else they begin with zeros
 * @param activation the function f: tanh or relu
 * @param weightInit what the matrices that multiply the input begin with
 * @param recurrentInit what the matrices that multiply the state begin with
 * @param biasInit what the biases begin with
 */
public record Rnn(
    int hidden,
    @Default("1") int layers,
    @Default("false") boolean bidirectional,
    @Default("false") boolean carryState,
    @Default("tanh") Mode activation,
    @Default("null") Initializer weightInit,
    @Default("null") Initializer recurrentInit,
    @Default("null") Initializer biasInit)
    implements MultiLayer {
  public Rnn {
    Recurrence.check("rnn", stack(activation, hidden, layers, bidirectional), carryState);
  }

  /** One layer in one direction that begins with zeros. */
  public Rnn(int hidden) {
    this(hidden, 1, false, false, Mode.TANH, null, null, null);
  }

  public Rnn layers(int layers) {
    return new Rnn(
        hidden, layers, bidirectional, carryState, activation, weightInit, recurrentInit, biasInit);
  }

  public Rnn bidirectional(boolean bidirectional) {
    return new Rnn(
        hidden, layers, bidirectional, carryState, activation, weightInit, recurrentInit, biasInit);
  }

  public Rnn carryState(boolean carryState) {
    return new Rnn(
        hidden, layers, bidirectional, carryState, activation, weightInit, recurrentInit, biasInit);
  }

  public Rnn activation(Mode activation) {
    return new Rnn(
        hidden, layers, bidirectional, carryState, activation, weightInit, recurrentInit, biasInit);
  }

  public Rnn weightInit(Initializer weightInit) {
    return new Rnn(
        hidden, layers, bidirectional, carryState, activation, weightInit, recurrentInit, biasInit);
  }

  public Rnn recurrentInit(Initializer recurrentInit) {
    return new Rnn(
        hidden, layers, bidirectional, carryState, activation, weightInit, recurrentInit, biasInit);
  }

  public Rnn biasInit(Initializer biasInit) {
    return new Rnn(
        hidden, layers, bidirectional, carryState, activation, weightInit, recurrentInit, biasInit);
  }

  private static dev.merapi.core.op.recurrent.Rnn stack(
      Mode activation, int hidden, int layers, boolean bidirectional) {
    return new dev.merapi.core.op.recurrent.Rnn(activation, hidden, layers, bidirectional);
  }

  @Override
  public Outputs build(Net net, List<Value> inputs) {
    boolean uniform = weightInit == null && recurrentInit == null && biasInit == null;
    return Recurrence.build(
        net,
        inputs,
        stack(activation, hidden, layers, bidirectional),
        carryState,
        packed ->
            uniform
                ? RecurrentInit.uniform(packed)
                : new RecurrentInit(packed, weightInit, recurrentInit, biasInit));
  }
}
