package dev.merapi.core.op.normalization;

import dev.merapi.core.graph.Normalization;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * The gradients of {@link LayerNorm}. With s = (x - mean) invStd, g = gradOutput scale and means
 * over the normalized axes: gradX = invStd (g - mean(g) - s mean(g s)); over the other axes:
 * gradScale = sum of gradOutput s, gradBias = sum of gradOutput.
 *
 * <p>gradOutput and x of one shape, scale of the shape of its last axes, mean and invStd of the
 * shape of the axes before; outputs: gradX like x, gradScale and gradBias like scale. It has no
 * gradient itself.
 *
 * @param axes how many of the last axes are normalized
 */
public record LayerNormGrad(int axes) implements Normalization {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = inputs.get(1);
    TensorType parameter = LayerNorm.checkInput(x, axes);
    TensorType statistic = LayerNorm.statistic(x, axes);
    Checks.type("gradOutput", inputs.get(0), x);
    Checks.type("scale", inputs.get(2), parameter);
    Checks.type("mean", inputs.get(3), statistic);
    Checks.type("invStd", inputs.get(4), statistic);
    return List.of(x, parameter, parameter);
  }

  @Override
  public Optional<List<Value>> decompose(List<Value> inputs) {
    return Optional.of(Standardization.trailing(inputs.get(1).shape(), axes).backward(inputs));
  }
}
