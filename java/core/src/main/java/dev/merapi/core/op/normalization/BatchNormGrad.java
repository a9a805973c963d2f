package dev.merapi.core.op.normalization;

import dev.merapi.core.graph.Normalization;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * The gradients of {@link BatchNorm}. With s = (x - mean) invStd and means over the batch and all
 * places of a channel: gradBias = sum of gradOutput, gradScale = sum of gradOutput s, gradX = scale
 * invStd (gradOutput - mean(gradOutput) - s mean(gradOutput s)).
 *
 * <p>gradOutput and x [N, C, ...], scale, mean and invStd [C]; outputs: gradX like x, gradScale
 * [C], gradBias [C]. It has no gradient itself.
 */
public record BatchNormGrad() implements Normalization {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = inputs.get(1);
    TensorType perChannel = BatchNorm.checkInput(x);
    Checks.type("gradOutput", inputs.get(0), x);
    Checks.type("scale", inputs.get(2), perChannel);
    Checks.type("mean", inputs.get(3), perChannel);
    Checks.type("invStd", inputs.get(4), perChannel);
    return List.of(x, perChannel, perChannel);
  }

  @Override
  public Optional<List<Value>> decompose(List<Value> inputs) {
    return Optional.of(Standardization.perChannel(inputs.get(1).shape()).backward(inputs));
  }
}
