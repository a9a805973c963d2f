package dev.merapi.core.op.recurrent;

import dev.merapi.core.graph.Value;
import java.util.List;
import java.util.Optional;

/**
 * Gated recurrent units, with the reset gate after the product. With [ri zi ni] = weightIh x[t] +
 * biasIh and [rh zh nh] = weightHh h + biasHh:
 *
 * <pre>
 * r = sigmoid(ri + rh)
 * z = sigmoid(zi + zh)
 * n = tanh(ni + r nh)
 * h' = (1 - z) n + z h
 * </pre>
 *
 * <p>Inputs, outputs and layout are those of {@link RecurrentStack}, with state h: (x, weight, h0)
 * to (y, hN, gates, all h), where gates are r, z, n and nh. Source: Cho et al., EMNLP 2014, in
 * PyTorch's and cuDNN's variant.
 *
 * @param hidden features of h
 * @param layers how many are stacked
 * @param bidirectional whether every layer runs in both directions
 */
public record Gru(int hidden, int layers, boolean bidirectional) implements RecurrentStack {
  /** The values (y, hN, and what is saved). */
  public static List<Value> of(Gru stack, Value x, Value weight, Value h0) {
    return x.graph().applyAll(stack, List.of(x, weight, h0));
  }

  @Override
  public int gates() {
    return 3;
  }

  @Override
  public int savedGates() {
    return 4;
  }

  @Override
  public int states() {
    return 1;
  }

  @Override
  public Gru single() {
    return new Gru(hidden, 1, false);
  }

  @Override
  public RecurrentGrad backward() {
    return new GruGrad(this);
  }

  @Override
  public Optional<List<Value>> decompose(List<Value> inputs) {
    return Optional.of(new Unrolled(this, new GruCell()).forward(inputs));
  }
}
