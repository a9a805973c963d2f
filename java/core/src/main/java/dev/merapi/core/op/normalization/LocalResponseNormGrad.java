package dev.merapi.core.op.normalization;

import static dev.merapi.core.op.elementwise.Arithmetic.add;
import static dev.merapi.core.op.elementwise.Arithmetic.div;
import static dev.merapi.core.op.elementwise.Arithmetic.mul;
import static dev.merapi.core.op.elementwise.Arithmetic.pow;

import dev.merapi.core.graph.Normalization;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * The gradient of {@link LocalResponseNorm}: gradX[c] = gradOutput[c] scale[c]^-beta - 2 alpha beta
 * / size * x[c] * sum of gradOutput[j] y[j] / scale[j] over the channels j whose sums hold c.
 *
 * <p>gradOutput, x, y and scale of one shape [N, C, ...]; output like x. It has no gradient itself.
 *
 * @param forward the normalization whose gradient this is
 */
public record LocalResponseNormGrad(LocalResponseNorm forward) implements Normalization {
  /** The gradient by x, for the normalization's outputs y and scale. */
  public static Value of(
      LocalResponseNorm forward, Value gradOutput, Value x, Value y, Value scale) {
    return x.graph().apply(new LocalResponseNormGrad(forward), gradOutput, x, y, scale);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = inputs.get(1);
    forward.checkInput(x);
    Checks.type("gradOutput", inputs.get(0), x);
    Checks.type("y", inputs.get(2), x);
    Checks.type("scale", inputs.get(3), x);
    return List.of(x);
  }

  @Override
  public Optional<List<Value>> decompose(List<Value> inputs) {
    Value gradOutput = inputs.get(0);
    Value scale = inputs.get(3);
    int size = forward.size();
    Value terms = div(mul(gradOutput, inputs.get(2)), scale);
    // Channel c is in the sums of c - (size - 1) / 2 to c + size / 2: the other way round.
    Value sum = LocalResponseNorm.sumOfChannels(terms, (size - 1) / 2, size / 2);
    double factor = -2 * forward.alpha() * forward.beta() / size;
    Value direct = mul(gradOutput, pow(scale, -forward.beta()));
    Value across = mul(mul(inputs.get(1), sum), factor);
    return Optional.of(List.of(add(direct, across)));
  }
}
