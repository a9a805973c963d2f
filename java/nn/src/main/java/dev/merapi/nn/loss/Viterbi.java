package dev.merapi.nn.loss;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.argMax;
import static dev.merapi.core.op.Ops.cast;
import static dev.merapi.core.op.Ops.concat;
import static dev.merapi.core.op.Ops.oneHot;
import static dev.merapi.core.op.Ops.reduceMax;
import static dev.merapi.core.op.Ops.reshape;
import static dev.merapi.core.op.Ops.select;
import static dev.merapi.core.op.Ops.sum;
import static dev.merapi.core.op.Ops.transpose;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.recurrent.Scan;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * The labels of the highest score in a linear-chain conditional random field, by dynamic
 * programming. Source: Viterbi, "Error bounds for convolutional codes and an asymptotically optimum
 * decoding algorithm", IEEE Transactions on Information Theory 13(2), 1967.
 */
public final class Viterbi {
  private Viterbi() {}

  /**
   * The best labels of whole sequences.
   *
   * @param scores [N, T, L + 2, L] of the layer {@link dev.merapi.nn.layer.Crf}
   * @return I32 [N, T]; of several best sequences one
   * @throws GraphException when the scores have another shape
   */
  public static Value decode(Value scores) {
    return decode(scores, Constant.of(scores.graph(), mask(scores), 1));
  }

  /**
   * The best labels of sequences of different lengths.
   *
   * @param mask [N, T] of the scores' type: 1 at the places that count, then 0
   * @return I32 [N, T]; at places that do not count, the last label that does
   * @throws GraphException when the two do not fit
   */
  public static Value decode(Value scores, Value mask) {
    GraphException.check(
        mask.type().equals(mask(scores)),
        "viterbi: expected a mask %s, found %s",
        mask(scores),
        mask.type());
    CrfChain chain = CrfChain.of("viterbi", scores, mask);
    int n = scores.shape().dim(0);
    Scan.Carried places =
        chain.forward(
            onward -> new Scan.Carried(List.of(reduceMax(onward, 1)), List.of(argMax(onward, 1))));
    Value last = argMax(add(places.states().get(0), chain.end()), 1);
    Value row = reshape(last, 1, n);
    Value labels =
        places.results().isEmpty()
            ? row
            : concat(0, before(chain, places.results().get(0), last), row);
    return transpose(labels, 1, 0);
  }

  /** The labels of all places but the last, [T - 1, N], from where the best ways came from. */
  private static Value before(CrfChain chain, Value origins, Value last) {
    DType dtype = chain.all().dtype();
    int n = last.shape().dim(0);
    Value zero = Constant.scalar(last.graph(), dtype, 0);
    Value counts = Parts.part(chain.counts(), 0, 1, chain.all().shape().dim(0));
    return Scan.reversed(
            List.of(last),
            List.of(origins, counts),
            (labels, elements) -> {
              Value here = oneHot(labels.get(0), chain.labels(), dtype);
              Value origin = sum(select(here, cast(elements.get(0), dtype), zero), 1);
              Value moved = reshape(cast(elements.get(1), DType.I32), n);
              Value label = select(moved, cast(origin, DType.I32), labels.get(0));
              return new Scan.Carried(List.of(label), List.of(label));
            })
        .results()
        .get(0);
  }

  private static TensorType mask(Value scores) {
    Shape shape = scores.shape();
    GraphException.check(
        shape.rank() == 4, "viterbi: expected scores [N, T, L + 2, L], found %s", shape);
    return scores.type().withShape(shape.slice(0, 2));
  }
}
