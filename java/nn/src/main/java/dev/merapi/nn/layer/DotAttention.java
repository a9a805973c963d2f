package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.MultiLayer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.init.FanInUniform;
import java.util.List;

/**
 * Dot-product attention: each query's weighted mean of the values, with weights from the products
 * of the query with the keys.
 *
 * <pre>
 * score_ts = q_t . k_s,  or, if general,  q_t^T W k_s
 * y_t = sum over s of softmax(score_t)_s value_s
 * </pre>
 *
 * <p>Takes queries [N, T, features], keys [N, S, features] and values [N, S, features]; or queries,
 * and keys that are the values, too; or one value for all three; and behind them, if keys are to be
 * left out, lengths I32 [N]: sample n's keys count up to lengths[n]. Unless general, queries and
 * keys have equally many features. Outputs: y [N, T, the values' features] and {@code weights} [N,
 * T, S], the softmax.
 *
 * <p>Variable, if general: {@code weight} W [the queries' features, the keys' features], which
 * begins as that of {@link Dense}. Source: Luong, Pham and Manning, "Effective Approaches to
 * Attention-based Neural Machine Translation", EMNLP 2015.
 *
 * @param general whether a matrix that is learned stands between query and key
 */
public record DotAttention(@Default("false") boolean general) implements MultiLayer {
  /** Without a matrix between query and key. */
  public DotAttention() {
    this(false);
  }

  @Override
  public String name() {
    return "attention";
  }

  @Override
  public Outputs build(Net net, List<Value> inputs) {
    AttentionInputs in = AttentionInputs.of("dotAttention", inputs);
    Value query = in.query();
    int queryFeatures = query.shape().dim(2);
    int keyFeatures = in.key().shape().dim(2);
    if (general) {
      Shape shape = Shape.of(queryFeatures, keyFeatures);
      query = Ops.matMul(query, net.parameter("weight", shape, new FanInUniform()));
    } else {
      GraphException.check(
          queryFeatures == keyFeatures,
          "dotAttention: expected queries and keys of equally many features (or general: true),"
              + " found %s and %s",
          query.type(),
          in.key().type());
    }
    return in.attend(Ops.matMul(query, in.key(), false, true));
  }
}
