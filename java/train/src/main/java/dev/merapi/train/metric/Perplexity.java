package dev.merapi.train.metric;

import static dev.merapi.core.op.Ops.reshape;
import static dev.merapi.core.op.Ops.select;
import static dev.merapi.core.op.Ops.softmaxCrossEntropy;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;

/**
 * Perplexity, exp(mean over all labels of -log softmax(logits)[label]): among how many equally
 * likely classes the model is as unsure. Predictions {@code [N, C]} against I32 labels {@code [N]},
 * or {@code [N, T, C]} against {@code [N, T]}. Source: Jelinek, Mercer, Bahl and Baker,
 * "Perplexity: a measure of the difficulty of speech recognition tasks", 1977.
 *
 * @param ignoreIndex the label of places that do not count, as in {@link
 *     dev.merapi.nn.loss.SoftmaxCrossEntropy}; null for none
 */
public record Perplexity(@Default("null") Integer ignoreIndex) implements CountedMean {
  /** All labels count. */
  public Perplexity() {
    this(null);
  }

  @Override
  public boolean appliesTo(TensorType prediction, TensorType target) {
    return Labels.fit(prediction, target);
  }

  @Override
  public Value values(Value prediction, Value target) {
    Shape places = target.shape();
    int count = places.elements();
    Value rows = reshape(prediction, count, prediction.shape().dim(-1));
    // in place of an ignored label, which may be no class
    Value any = Constant.scalar(target.graph(), target.dtype(), 0);
    Value labels = ignoreIndex == null ? target : select(counts(prediction, target), target, any);
    return reshape(softmaxCrossEntropy(rows, reshape(labels, count)), places.toArray());
  }

  @Override
  public Value counts(Value prediction, Value target) {
    return Labels.counts(target, ignoreIndex);
  }

  @Override
  public HostTensor result(HostTensor accumulator, long samples) {
    HostTensor mean = CountedMean.super.result(accumulator, samples);
    return HostTensor.of(mean.type(), Math.exp(mean.item()));
  }

  @Override
  public String toString() {
    return Labels.withoutNulls("Perplexity[ignoreIndex=" + ignoreIndex + "]");
  }
}
