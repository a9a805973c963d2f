package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.MultiLayer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import java.util.List;

/**
 * Additive attention: each query's weighted mean of the values, with weights from a small network
 * on the query and each key.
 *
 * <pre>
 * score_ts = v^T tanh(W q_t + U k_s),  y_t = sum over s of softmax(score_t)_s value_s
 * </pre>
 *
 * <p>Takes queries [N, T, features], keys [N, S, features] and values [N, S, features]; or queries,
 * and keys that are the values, too; or one value for all three; and behind them, if keys are to be
 * left out, lengths I32 [N]: sample n's keys count up to lengths[n]. Outputs: y [N, T, the values'
 * features] and {@code weights} [N, T, S], the softmax.
 *
 * <p>Variables: {@code query.weight} W [units, features], {@code key.weight} U [units, features]
 * and {@code score.weight} v [1, units], which begin as those of {@link Dense}. Source: Bahdanau,
 * Cho and Bengio, "Neural Machine Translation by Jointly Learning to Align and Translate", ICLR
 * 2015.
 *
 * @param units the small network's hidden units, at least 1
 */
public record AdditiveAttention(int units) implements MultiLayer {
  public AdditiveAttention {
    GraphException.check(
        units >= 1, "additiveAttention: units must be at least 1, found %d", units);
  }

  @Override
  public String name() {
    return "attention";
  }

  @Override
  public Outputs build(Net net, List<Value> inputs) {
    AttentionInputs in = AttentionInputs.of("additiveAttention", inputs);
    Value query = net.apply("query", new Dense(units).bias(false), in.query());
    Value key = net.apply("key", new Dense(units).bias(false), in.key());
    Shape queries = query.shape();
    Shape keys = key.shape();
    Value hidden =
        Ops.tanh(
            Ops.add(
                Ops.reshape(query, queries.dim(0), queries.dim(1), 1, units),
                Ops.reshape(key, keys.dim(0), 1, keys.dim(1), units)));
    Value score = net.apply("score", new Dense(1).bias(false), hidden);
    return in.attend(Ops.reshape(score, queries.dim(0), queries.dim(1), keys.dim(1)));
  }
}
