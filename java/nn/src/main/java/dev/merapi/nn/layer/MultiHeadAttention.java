package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.contraction.ScaledDotProductAttention;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.MultiLayer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.init.Zeros;
import java.util.List;
import java.util.Optional;

/**
 * Multi-head attention: several scaled dot-product attentions beside each other, each on its own
 * projection of queries, keys and values.
 *
 * <pre>
 * head_i = softmax(Q_i K_i^T / sqrt(E / heads) + mask) V_i
 * y = [head_1, ..., head_heads] W_out^T + b_out
 * </pre>
 *
 * <p>Takes one value [N, T, E] for all three (self-attention); or queries [N, T, E] and keys [N, S,
 * features] that are the values, too; or queries, keys and values; and behind them, if keys are to
 * be left out, lengths I32 [N]: sample n's keys count up to lengths[n]. E is a multiple of the
 * heads. y [N, T, E].
 *
 * <p>Variables, as in PyTorch: {@code in_proj_weight} [3 E, E], the projections of queries, keys
 * and values below each other; where keys or values have not E features instead {@code
 * q_proj_weight}, {@code k_proj_weight} and {@code v_proj_weight} [E, features]; {@code
 * in_proj_bias} [3 E]; {@code out_proj.weight} [E, E] and {@code out_proj.bias} [E]. Source:
 * Vaswani et al., "Attention Is All You Need", NIPS 2017; PyTorch's {@code MultiheadAttention} with
 * {@code batch_first}.
 *
 * @param heads how many attentions, at least 1
 * @param dropout the probability with which a weight is dropped while training, in [0, 1)
 * @param bias whether the projections have biases
 * @param causal whether each query sees only the keys up to its own place
 */
public record MultiHeadAttention(
    int heads,
    @Default("0") double dropout,
    @Default("true") boolean bias,
    @Default("false") boolean causal)
    implements MultiLayer {
  public MultiHeadAttention {
    GraphException.check(
        heads >= 1, "multiHeadAttention: heads must be at least 1, found %d", heads);
    GraphException.check(
        dropout >= 0 && dropout < 1,
        "multiHeadAttention: dropout must be in [0, 1), found %s",
        dropout);
  }

  /** With biases; every query sees every key. */
  public MultiHeadAttention(int heads) {
    this(heads, 0, true, false);
  }

  public MultiHeadAttention dropout(double dropout) {
    return new MultiHeadAttention(heads, dropout, bias, causal);
  }

  public MultiHeadAttention bias(boolean bias) {
    return new MultiHeadAttention(heads, dropout, bias, causal);
  }

  public MultiHeadAttention causal(boolean causal) {
    return new MultiHeadAttention(heads, dropout, bias, causal);
  }

  @Override
  public String name() {
    return "attention";
  }

  @Override
  public Outputs build(Net net, List<Value> inputs) {
    AttentionInputs in = AttentionInputs.of("multiHeadAttention", inputs);
    Shape shape = in.query().shape();
    int features = shape.dim(2);
    GraphException.check(
        features >= 1 && features % heads == 0,
        "multiHeadAttention: expected features that %d heads can share, found %s",
        heads,
        shape);
    Value y = attend(net, HeadProjections.of(net, in, heads, bias), in.mask(4));
    Value rows = Ops.reshape(Ops.transpose(y, 0, 2, 1, 3), shape.toArray());
    Dense out = new Dense(features).bias(bias).biasInit(new Zeros());
    return Outputs.of(net.apply("out_proj", out, rows));
  }

  private Value attend(Net net, List<Value> projected, Optional<Value> mask) {
    Value query = projected.get(0);
    Value key = projected.get(1);
    Value value = projected.get(2);
    if (dropout == 0 || !net.training()) {
      return ScaledDotProductAttention.of(query, key, value, mask, causal);
    }
    Value weights = ScaledDotProductAttention.weights(query, key, mask, causal);
    return Ops.matMul(Ops.dropout(weights, dropout), value);
  }
}
