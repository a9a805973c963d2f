package dev.merapi.nn.loss;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.cast;
import static dev.merapi.core.op.Ops.mean;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.notEqual;
import static dev.merapi.core.op.Ops.oneHot;
import static dev.merapi.core.op.Ops.pad;
import static dev.merapi.core.op.Ops.reshape;
import static dev.merapi.core.op.Ops.select;
import static dev.merapi.core.op.Ops.sub;
import static dev.merapi.core.op.Ops.sum;
import static dev.merapi.core.op.Ops.sumKeepDims;
import static dev.merapi.core.op.Ops.transpose;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.recurrent.Scan;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;
import java.util.List;

/**
 * The negative log-likelihood of label sequences in a linear-chain conditional random field.
 *
 * <pre>
 * loss = mean_n of log(sum over all sequences y of exp(s(y))) - s(labels)
 * s(y) = score[0, L, y0] + sum over t &gt; 0 of score[t, y(t-1), y(t)] + score[T-1, L + 1, y(T-1)]
 * </pre>
 *
 * <p>The forward algorithm adds up all sequences in log space. Prediction: scores [N, T, L + 2, L]
 * of the layer {@link dev.merapi.nn.layer.Crf}, finite; target: labels, I32 [N, T]. The loss is a
 * mean over sequences, not places; a sequence without a place that counts gives 0, and one with a
 * label that is neither one of the L nor ignored gives infinity. Source: Lafferty, McCallum and
 * Pereira, "Conditional random fields", ICML 2001.
 *
 * @param ignoreIndex the label that fills a sequence up behind its end; the places from the first
 *     one on do not count; null for none
 */
public record Crf(@Default("null") Integer ignoreIndex) implements Loss {
  /** All places count. */
  public Crf() {
    this(null);
  }

  public Crf ignoreIndex(int ignoreIndex) {
    return new Crf(ignoreIndex);
  }

  @Override
  public Value build(Value prediction, Value target) {
    Graph graph = prediction.graph();
    DType dtype = prediction.dtype();
    Shape places = target.shape();
    GraphException.check(
        target.dtype() == DType.I32
            && places.rank() == 2
            && prediction.shape().rank() == 4
            && prediction.shape().slice(0, 2).equals(places),
        "crf: expected scores [N, T, L + 2, L] and I32 labels [N, T], found %s and %s",
        prediction.shape(),
        target.type());
    CrfChain chain = CrfChain.of("crf", prediction, mask(target, dtype));
    Value labels = transpose(target, 1, 0);
    Value own = oneHot(labels, chain.labels(), dtype);
    Value zero = Constant.scalar(graph, dtype, 0);
    Value one = Constant.scalar(graph, dtype, 1);
    Value loss = sub(logPartition(chain), score(chain, labels, own));
    Value begun = reshape(Parts.part(chain.counts(), 0, 0, 1), loss.shape().dim(0));
    Value strangers = sum(mul(chain.counts(), sub(one, sumKeepDims(own, 2))), 0, 2);
    Value infinity = Constant.scalar(graph, dtype, Double.POSITIVE_INFINITY);
    return mean(select(strangers, infinity, select(begun, loss, zero)));
  }

  /** 1 where a label is not the ignored one, [N, T]. */
  private Value mask(Value target, DType dtype) {
    Graph graph = target.graph();
    return ignoreIndex == null
        ? Constant.of(graph, new TensorType(dtype, target.shape()), 1)
        : cast(notEqual(target, Constant.scalar(graph, DType.I32, ignoreIndex)), dtype);
  }

  /** The logarithm of the sum over all label sequences, [N]. */
  private static Value logPartition(CrfChain chain) {
    Scan.Carried places =
        chain.forward(onward -> new Scan.Carried(List.of(LogSpace.sum(onward, 1)), List.of()));
    return LogSpace.sum(add(places.states().get(0), chain.end()), 1);
  }

  /** The score of the labels, [N]: the sum of those elements that they go along. */
  private static Value score(CrfChain chain, Value labels, Value own) {
    int count = chain.labels();
    Shape all = chain.all().shape();
    DType dtype = own.dtype();
    Value earlier = Parts.part(labels, 0, 0, all.dim(0) - 1);
    Value before = pad(earlier, List.of(1, 0), List.of(0, 0), count); // the first has the row start
    Value one = Constant.of(labels.graph(), new TensorType(dtype, Shape.of(1, 1, 1)), 1);
    Value ending = mul(chain.ends(), pad(one, List.of(0, 0, count + 1), List.of(0, 0, 0), 0));
    Value rows = add(oneHot(before, count + 2, dtype), ending);
    Value chosen =
        mul(
            reshape(mul(rows, chain.counts()), all.dim(0), all.dim(1), count + 2, 1),
            reshape(own, all.dim(0), all.dim(1), 1, count));
    Value zero = Constant.scalar(labels.graph(), dtype, 0);
    return sum(select(chosen, chain.all(), zero), 0, 2, 3);
  }
}
