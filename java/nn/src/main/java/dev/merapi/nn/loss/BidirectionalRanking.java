package dev.merapi.nn.loss;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.cast;
import static dev.merapi.core.op.Ops.div;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.relu;
import static dev.merapi.core.op.Ops.reshape;
import static dev.merapi.core.op.Ops.sub;
import static dev.merapi.core.op.Ops.sum;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.DType;
import dev.merapi.nn.Default;

/**
 * Bidirectional ranking loss of matching pairs, such as images and their texts: each image must
 * score higher with its own text than with the others of the batch, and each text with its image.
 *
 * <pre>
 * loss = 1/N sum_i sum_j (max(0, margin - s_ii + s_ij) + max(0, margin - s_ii + s_ji))
 * </pre>
 *
 * <p>The inner sum is over the samples j whose target is another one than that of i: what says the
 * same is not held against each other. Prediction: scores s [N, N], as the model {@code
 * joint-embedding} gives them; target: I32 [N, ...], equal where samples match, for example the
 * texts. Source: Kiros, Salakhutdinov and Zemel, "Unifying Visual-Semantic Embeddings with
 * Multimodal Neural Language Models", 2014.
 *
 * @param margin by how much the own text must score higher, above 0
 */
public record BidirectionalRanking(@Default("0.2") double margin) implements Loss {
  public BidirectionalRanking {
    if (!(margin > 0 && Double.isFinite(margin))) {
      throw new IllegalArgumentException("margin must be finite and above 0, found " + margin);
    }
  }

  /** With the paper's margin, 0.2. */
  public BidirectionalRanking() {
    this(0.2);
  }

  @Override
  public Value build(Value prediction, Value target) {
    GraphException.check(
        Matches.fit(prediction.type(), target.type()),
        "bidirectionalRanking: expected scores [N, N] and I32 targets [N, ...], found %s and %s",
        prediction.type(),
        target.type());
    int n = prediction.shape().dim(0);
    DType dtype = prediction.dtype();
    Value own = sum(mul(prediction, Matches.identity(prediction.graph(), dtype, n)), 1);
    Value texts = relu(add(sub(prediction, reshape(own, n, 1)), margin));
    Value images = relu(add(sub(prediction, reshape(own, 1, n)), margin));
    Value counts = cast(Matches.different(target), dtype);
    return div(sum(mul(counts, add(texts, images))), n);
  }
}
