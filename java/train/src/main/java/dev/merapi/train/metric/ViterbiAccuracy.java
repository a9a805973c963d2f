package dev.merapi.train.metric;

import static dev.merapi.core.op.Ops.cast;
import static dev.merapi.core.op.Ops.equal;

import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;
import dev.merapi.nn.loss.Viterbi;

/**
 * Viterbi accuracy: the share of labels that are those of the highest-scoring label sequence:
 * predictions {@code [N, T, L + 2, L]} of the layer {@link dev.merapi.nn.layer.Crf} against I32
 * labels {@code [N, T]}. Source: Lample et al., "Neural architectures for named entity
 * recognition", NAACL 2016; {@link Viterbi}.
 *
 * @param ignoreIndex the label that fills a sequence up behind its end, as in {@link
 *     dev.merapi.nn.loss.Crf}; null for none
 */
public record ViterbiAccuracy(@Default("null") Integer ignoreIndex) implements CountedMean {
  /** All labels count. */
  public ViterbiAccuracy() {
    this(null);
  }

  @Override
  public boolean appliesTo(TensorType prediction, TensorType target) {
    Shape scores = prediction.shape();
    return prediction.dtype().isFloating()
        && target.dtype() == DType.I32
        && scores.rank() == 4
        && scores.dim(2) == scores.dim(3) + 2
        && target.shape().equals(scores.slice(0, 2));
  }

  @Override
  public Value values(Value prediction, Value target) {
    Value mask = cast(counts(prediction, target), prediction.dtype());
    return equal(Viterbi.decode(prediction, mask), target);
  }

  @Override
  public Value counts(Value prediction, Value target) {
    return Labels.counts(target, ignoreIndex);
  }
}
