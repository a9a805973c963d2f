package dev.merapi.nn.loss;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;

/**
 * The mean over the batch of -log softmax(logits)[label]: the negative log-likelihood of the
 * labels.
 *
 * <p>Prediction: logits [N, classes]; target: labels [N], I32, of 0 to classes - 1.
 */
public record SoftmaxCrossEntropy() implements Loss {
  @Override
  public Value build(Value prediction, Value target) {
    Shape logits = prediction.shape();
    GraphException.check(
        logits.rank() == 2, "softmaxCrossEntropy: expected logits [N, classes], found %s", logits);
    GraphException.check(
        target.dtype() == DType.I32 && target.shape().equals(logits.slice(0, 1)),
        "softmaxCrossEntropy: expected I32 labels [%d] for logits %s, found %s",
        logits.dim(0),
        logits,
        target.type());
    return Ops.mean(Ops.softmaxCrossEntropy(prediction, target));
  }
}
