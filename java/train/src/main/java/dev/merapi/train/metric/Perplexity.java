package dev.merapi.train.metric;

import static dev.merapi.core.op.Ops.reshape;
import static dev.merapi.core.op.Ops.softmaxCrossEntropy;

import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;

/**
 * Perplexity, exp(mean over all labels of -log softmax(logits)[label]): among how many equally
 * likely classes the model is as unsure. Predictions {@code [N, C]} against I32 labels {@code [N]},
 * or {@code [N, T, C]} against {@code [N, T]}. Source: Jelinek, Mercer, Bahl and Baker,
 * "Perplexity: a measure of the difficulty of speech recognition tasks", 1977.
 */
public record Perplexity() implements SampleMean {
  @Override
  public boolean appliesTo(TensorType prediction, TensorType target) {
    return Labels.fit(prediction, target);
  }

  @Override
  public Value sum(Value prediction, Value target) {
    Shape places = target.shape();
    int count = places.elements();
    Value rows = reshape(prediction, count, prediction.shape().dim(-1));
    Value losses = softmaxCrossEntropy(rows, reshape(target, count));
    return Labels.sumPerSample(reshape(losses, places.toArray()));
  }

  @Override
  public HostTensor result(HostTensor accumulator, long samples) {
    return HostTensor.of(accumulator.type(), Math.exp(accumulator.item() / samples));
  }
}
