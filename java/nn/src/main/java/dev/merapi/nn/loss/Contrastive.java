package dev.merapi.nn.loss;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.DType;
import dev.merapi.nn.Default;

/**
 * Contrastive loss of pairs: the mean over all pairs of 1/2 D^2 for pairs of one class (t = 1) and
 * of 1/2 max(0, margin - D)^2 for pairs of two (t = 0), where D is the distance of their
 * embeddings.
 *
 * <pre>
 * loss = mean_n (t_n D_n^2 / 2 + (1 - t_n) max(0, margin - D_n)^2 / 2)
 * </pre>
 *
 * <p>Prediction: distances [N], at least 0, as the model {@code siamese} gives them; target: I32
 * [N], 1 for one class and 0 for two. Source: Hadsell, Chopra and LeCun, "Dimensionality Reduction
 * by Learning an Invariant Mapping", CVPR 2006, whose Y is 1 - t.
 *
 * @param margin how far apart pairs of two classes are pushed, above 0
 */
public record Contrastive(@Default("1") double margin) implements Loss {
  public Contrastive {
    if (!(margin > 0 && Double.isFinite(margin))) {
      throw new IllegalArgumentException("margin must be finite and above 0, found " + margin);
    }
  }

  /** With a margin of 1. */
  public Contrastive() {
    this(1);
  }

  @Override
  public Value build(Value prediction, Value target) {
    GraphException.check(
        prediction.shape().rank() == 1,
        "contrastive: expected distances [N], found %s",
        prediction.shape());
    GraphException.check(
        target.dtype() == DType.I32 && target.shape().equals(prediction.shape()),
        "contrastive: expected I32 labels %s, 1 for pairs of one class, found %s",
        prediction.shape(),
        target.type());
    Value near = Ops.square(prediction);
    Value far = Ops.square(Ops.relu(Ops.add(Ops.neg(prediction), margin)));
    Value same = Ops.cast(target, prediction.dtype());
    return Ops.mul(Ops.mean(Ops.select(same, near, far)), 0.5);
  }
}
