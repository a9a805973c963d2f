package dev.merapi.nn.loss;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;

/**
 * Negative sampling: which of some candidates is the true one and which were drawn at random, each
 * on its own.
 *
 * <pre>
 * loss = mean_n of -sum_k (t log sigmoid(s) + (1 - t) log sigmoid(-s)),  s = scores[n, k], t = target[n, k]
 * </pre>
 *
 * <p>Prediction: scores [N, C]; target: 1 for the true candidates and 0 for the others, I32 or of
 * the prediction's type, [N, C]. It is {@link BinaryCrossEntropy} times C. Source: Mikolov,
 * Sutskever, Chen, Corrado and Dean, "Distributed representations of words and phrases and their
 * compositionality", NIPS 2013, equation 4.
 */
public record NegativeSampling() implements Loss {
  @Override
  public boolean scoresTwoClasses() {
    return true;
  }

  @Override
  public Value build(Value prediction, Value target) {
    ScoreTargets.check("negativeSampling", prediction, target);
    GraphException.check(
        prediction.shape().rank() == 2,
        "negativeSampling: expected scores [N, C], found %s",
        prediction.shape());
    Value each = new BinaryCrossEntropy().build(prediction, target);
    return Ops.mul(each, prediction.shape().dim(1));
  }
}
