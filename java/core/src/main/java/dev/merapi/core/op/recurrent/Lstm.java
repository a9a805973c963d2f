package dev.merapi.core.op.recurrent;

import dev.merapi.core.graph.Value;
import java.util.List;
import java.util.Optional;

/**
 * Long short-term memory. With [i f g o] = weightIh x[t] + biasIh + weightHh h + biasHh:
 *
 * <pre>
 * c' = sigmoid(f) c + sigmoid(i) tanh(g)
 * h' = sigmoid(o) tanh(c')
 * </pre>
 *
 * <p>Inputs, outputs and layout are those of {@link RecurrentStack}, with states h and c: (x,
 * weight, h0, c0) to (y, hN, cN, gates, all h, all c), where gates are i, f, g and o after their
 * functions. Source: Hochreiter and Schmidhuber, Neural Computation 9(8), 1997; Gers et al., 2000.
 * Gates and the two bias vectors as in PyTorch.
 *
 * @param hidden features of h and c
 * @param layers how many are stacked
 * @param bidirectional whether every layer runs in both directions
 */
public record Lstm(int hidden, int layers, boolean bidirectional) implements RecurrentStack {
  /** The values (y, hN, cN, and what is saved). */
  public static List<Value> of(Lstm stack, Value x, Value weight, Value h0, Value c0) {
    return x.graph().applyAll(stack, List.of(x, weight, h0, c0));
  }

  @Override
  public int gates() {
    return 4;
  }

  @Override
  public int savedGates() {
    return 4;
  }

  @Override
  public int states() {
    return 2;
  }

  @Override
  public Lstm single() {
    return new Lstm(hidden, 1, false);
  }

  @Override
  public RecurrentGrad backward() {
    return new LstmGrad(this);
  }

  @Override
  public Optional<List<Value>> decompose(List<Value> inputs) {
    return Optional.of(new Unrolled(this, new LstmCell()).forward(inputs));
  }
}
