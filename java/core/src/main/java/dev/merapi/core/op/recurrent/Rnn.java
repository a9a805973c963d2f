package dev.merapi.core.op.recurrent;

import dev.merapi.core.graph.Value;
import java.util.List;
import java.util.Optional;

/**
 * The plain recurrent network: h' = f(weightIh x[t] + biasIh + weightHh h + biasHh), with f = tanh
 * or ReLU.
 *
 * <p>Inputs, outputs and layout are those of {@link RecurrentStack}, with state h and no gates: (x,
 * weight, h0) to (y, hN, all h). Source: Elman, Cognitive Science 14(2), 1990.
 *
 * @param mode the function f
 * @param hidden features of h
 * @param layers how many are stacked
 * @param bidirectional whether every layer runs in both directions
 */
public record Rnn(Mode mode, int hidden, int layers, boolean bidirectional)
    implements RecurrentStack {
  /** The function that makes the state. */
  public enum Mode {
    TANH,
    RELU
  }

  /** The values (y, hN, and what is saved). */
  public static List<Value> of(Rnn stack, Value x, Value weight, Value h0) {
    return x.graph().applyAll(stack, List.of(x, weight, h0));
  }

  @Override
  public int gates() {
    return 1;
  }

  @Override
  public int savedGates() {
    return 0;
  }

  @Override
  public int states() {
    return 1;
  }

  @Override
  public Rnn single() {
    return new Rnn(mode, hidden, 1, false);
  }

  @Override
  public RecurrentGrad backward() {
    return new RnnGrad(this);
  }

  @Override
  public Optional<List<Value>> decompose(List<Value> inputs) {
    return Optional.of(new Unrolled(this, new RnnCell(mode)).forward(inputs));
  }
}
