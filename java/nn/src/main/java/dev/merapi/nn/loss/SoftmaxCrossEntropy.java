package dev.merapi.nn.loss;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;

/**
 * The mean over all labels of -log softmax(logits)[label]: the negative log-likelihood of the
 * labels.
 *
 * <p>Prediction: logits [N, classes], or [T, N, classes] with a label at every place of a sequence;
 * target: labels, I32, of 0 to classes - 1, in the logits' shape without the last axis.
 */
public record SoftmaxCrossEntropy() implements Loss {
  @Override
  public boolean scoresClasses() {
    return true;
  }

  @Override
  public Value build(Value prediction, Value target) {
    Shape logits = prediction.shape();
    GraphException.check(
        logits.rank() == 2 || logits.rank() == 3,
        "softmaxCrossEntropy: expected logits [N, classes] or [T, N, classes], found %s",
        logits);
    Shape places = logits.slice(0, logits.rank() - 1);
    GraphException.check(
        target.dtype() == DType.I32 && target.shape().equals(places),
        "softmaxCrossEntropy: expected I32 labels %s for logits %s, found %s",
        places,
        logits,
        target.type());
    int count = places.elements();
    Value rows = Ops.reshape(prediction, count, logits.dim(-1));
    return Ops.mean(Ops.softmaxCrossEntropy(rows, Ops.reshape(target, count)));
  }
}
