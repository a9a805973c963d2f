package dev.merapi.nn.loss;

import static dev.merapi.core.op.Ops.greater;
import static dev.merapi.core.op.Ops.log;
import static dev.merapi.core.op.Ops.logSoftmax;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.select;
import static dev.merapi.core.op.Ops.sub;
import static dev.merapi.core.op.Ops.sum;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.Shape;

/**
 * Kullback-Leibler divergence of predicted distributions from wanted ones: the mean over the
 * distributions of sum_c t_c (log t_c - log p_c), where p = softmax(logits) and 0 log 0 = 0.
 *
 * <p>Prediction: logits [..., classes]; log-probabilities do as well, since their softmax are the
 * probabilities; target: probabilities of the prediction's type and shape, which add up to 1 along
 * the last axis. Source: Kullback and Leibler, "On Information and Sufficiency", Annals of
 * Mathematical Statistics 22(1), 1951; PyTorch, KLDivLoss with reduction batchmean (which takes
 * log-probabilities alone).
 */
public record KlDivergence() implements Loss {
  @Override
  public Value build(Value prediction, Value target) {
    SameShape.check("klDivergence", prediction, target);
    Shape shape = prediction.shape();
    GraphException.check(
        shape.rank() >= 2, "klDivergence: expected logits [..., classes], found %s", shape);
    Value one = Constant.scalar(target.graph(), target.dtype(), 1);
    Value zero = Constant.scalar(target.graph(), target.dtype(), 0);
    Value logTarget = log(select(greater(target, zero), target, one));
    Value elements = mul(target, sub(logTarget, logSoftmax(prediction, -1)));
    return mul(sum(elements), (double) shape.dim(-1) / shape.elements());
  }
}
