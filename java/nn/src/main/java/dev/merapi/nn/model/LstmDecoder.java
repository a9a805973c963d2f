package dev.merapi.nn.model;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.init.Normal;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Dropout;
import dev.merapi.nn.layer.Embedding;
import dev.merapi.nn.layer.Lstm;
import java.util.ArrayList;
import java.util.List;

/**
 * A stack of LSTM layers that writes tokens, with attention to what was read, or without.
 *
 * <pre>
 * h_t = lstm(embedding(token_t), h_(t-1))
 * logits_t = fc(tanh(combine([h_t, attention(h_t, memory)]))), without attention fc(h_t)
 * </pre>
 *
 * <p>Names: {@code target}, {@code decoder}, {@code attention}, {@code combine} and {@code fc}.
 * Source: Luong, Pham and Manning, "Effective Approaches to Attention-based Neural Machine
 * Translation", EMNLP 2015, section 3.1.
 *
 * @param attention takes queries [N, T, hidden] and the memory; null for none
 */
record LstmDecoder(
    int vocabulary, int embedding, int hidden, int layers, Layer attention, double dropout) {
  /** How token embeddings begin: small, so that the gates begin in their middle. */
  static final Normal EMBEDDING = new Normal(0, 0.1);

  /** Logits [N, T, vocabulary] for all tokens I32 [N, T] at once. */
  Value all(Net net, Value tokens, List<Value> memory, List<Value> states) {
    return write(net, Ops.transpose(tokens, 1, 0), memory, states).first();
  }

  /** Logits [N, vocabulary] for one token I32 [N] of each sequence, and the new states. */
  Outputs step(Net net, Value tokens, List<Value> memory, List<Value> states) {
    int batch = tokens.shape().dim(0);
    Outputs written = write(net, Ops.reshape(tokens, 1, batch), memory, states);
    List<Value> values = new ArrayList<>(written.values());
    values.set(0, Ops.reshape(written.first(), batch, vocabulary));
    return new Outputs(written.names(), values);
  }

  /**
   * Reads tokens I32 [T, N].
   *
   * @param states h and c, [N, layers, hidden] each
   */
  private Outputs write(Net net, Value tokens, List<Value> memory, List<Value> states) {
    Dropout drop = new Dropout(dropout);
    Value x = net.apply("target", new Embedding(vocabulary, embedding, EMBEDDING), tokens);
    List<Value> inputs = new ArrayList<>(List.of(drop.build(net, x)));
    states.forEach(state -> inputs.add(Ops.transpose(state, 1, 0, 2)));
    Outputs read = net.apply("decoder", new Lstm(hidden).layers(layers), inputs);
    Value y = Ops.transpose(read.first(), 1, 0, 2);
    if (attention != null) {
      List<Value> attended = new ArrayList<>(List.of(y));
      attended.addAll(memory);
      Value context = net.apply("attention", attention, attended).first();
      Dense combine = new Dense(hidden).bias(false);
      y = Ops.tanh(net.apply("combine", combine, Ops.concat(2, y, context)));
    }
    Value logits = net.apply("fc", new Dense(vocabulary), drop.build(net, y));
    return Outputs.of("logits", logits)
        .and("h", Ops.transpose(read.get("h"), 1, 0, 2))
        .and("c", Ops.transpose(read.get("c"), 1, 0, 2));
  }

  /** States [layers * directions, N, size] as [N, layers, directions * size]. */
  static Value batchFirst(Value states, int layers) {
    Shape shape = states.shape();
    int directions = shape.dim(0) / layers;
    int size = shape.dim(2);
    Value apart = Ops.reshape(states, layers, directions, shape.dim(1), size);
    return Ops.reshape(Ops.transpose(apart, 2, 0, 1, 3), shape.dim(1), layers, directions * size);
  }
}
