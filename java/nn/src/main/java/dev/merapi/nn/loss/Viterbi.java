package dev.merapi.nn.loss;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.argMax;
import static dev.merapi.core.op.Ops.cast;
import static dev.merapi.core.op.Ops.oneHot;
import static dev.merapi.core.op.Ops.reduceMax;
import static dev.merapi.core.op.Ops.reshape;
import static dev.merapi.core.op.Ops.select;
import static dev.merapi.core.op.Ops.sum;
import static dev.merapi.core.op.Ops.transpose;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.movement.Concat;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
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
    List<Value> origins = new ArrayList<>();
    Value forward = chain.start();
    for (int t = 1; t < chain.counts().size(); t++) {
      Value onward = chain.onward(forward, t);
      origins.add(argMax(onward, 1));
      forward = select(chain.counts().get(t), reduceMax(onward, 1), forward);
    }
    Value label = argMax(add(forward, chain.end()), 1);
    List<Value> labels = new ArrayList<>(List.of(label));
    Value zero = Constant.scalar(scores.graph(), scores.dtype(), 0);
    for (int t = origins.size(); t > 0; t--) {
      Value here = oneHot(label, chain.labels(), scores.dtype());
      Value origin = sum(select(here, cast(origins.get(t - 1), scores.dtype()), zero), 1);
      Value counts = reshape(cast(chain.counts().get(t), DType.I32), n);
      label = select(counts, cast(origin, DType.I32), label);
      labels.add(label);
    }
    Collections.reverse(labels);
    List<Value> rows = labels.stream().map(row -> reshape(row, 1, n)).toList();
    return transpose(Concat.of(0, rows), 1, 0);
  }

  private static TensorType mask(Value scores) {
    Shape shape = scores.shape();
    GraphException.check(
        shape.rank() == 4, "viterbi: expected scores [N, T, L + 2, L], found %s", shape);
    return scores.type().withShape(shape.slice(0, 2));
  }
}
