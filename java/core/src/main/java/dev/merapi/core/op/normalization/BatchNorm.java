package dev.merapi.core.op.normalization;

import static dev.merapi.core.op.elementwise.Arithmetic.add;
import static dev.merapi.core.op.elementwise.Arithmetic.mul;
import static dev.merapi.core.op.elementwise.Arithmetic.rsqrt;
import static dev.merapi.core.op.elementwise.Arithmetic.sub;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Normalization;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.movement.Reshape;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Batch normalization as in training: y = (x - mean) invStd scale + bias, with mean and biased
 * variance of each channel over the batch and all places, and invStd = 1 / sqrt(variance +
 * epsilon).
 *
 * <p>x [N, C, ...], scale [C], bias [C]; outputs: y like x, mean [C], invStd [C]. Mean and invStd
 * are for the gradient and for running statistics; they carry no gradient. Source: Ioffe and
 * Szegedy, ICML 2015.
 *
 * @param epsilon what is added to the variance
 */
public record BatchNorm(double epsilon) implements Normalization {
  /** The values (y, mean, invStd). */
  public static List<Value> of(Value x, Value scale, Value bias, double epsilon) {
    return x.graph().applyAll(new BatchNorm(epsilon), List.of(x, scale, bias));
  }

  /** The shape in which a value per channel of x [N, C, ...] broadcasts to x: [C, 1, ...]. */
  public static Shape perChannel(Shape x) {
    int[] dims = new int[x.rank() - 1];
    Arrays.fill(dims, 1);
    dims[0] = x.dim(1);
    return Shape.of(dims);
  }

  /**
   * Batch normalization as in inference, with given statistics instead of the batch's: elementwise,
   * so that it can be fused. Mean and variance are [C], like scale and bias.
   */
  public static Value inference(
      Value x, Value scale, Value bias, Value mean, Value variance, double epsilon) {
    checkInput(x.type());
    Shape channels = perChannel(x.shape());
    Value factor = mul(rsqrt(add(variance, epsilon)), scale);
    Value centered = sub(x, Reshape.of(mean, channels));
    return add(mul(centered, Reshape.of(factor, channels)), Reshape.of(bias, channels));
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    TensorType perChannel = checkInput(x);
    Checks.type("scale", inputs.get(1), perChannel);
    Checks.type("bias", inputs.get(2), perChannel);
    return List.of(x, perChannel, perChannel);
  }

  /** Checks x and gives the type [C] of statistics and parameters. */
  static TensorType checkInput(TensorType x) {
    Checks.floating(x);
    GraphException.check(x.shape().rank() >= 2, "expected input [N, C, ...], found %s", x);
    return x.withShape(x.shape().slice(1, 2));
  }

  @Override
  public void gradient(Adjoint adjoint) {
    Checks.savedOnly(adjoint, 1, "mean");
    Checks.savedOnly(adjoint, 2, "invStd");
    Standardization.gradient(new BatchNormGrad(), adjoint);
  }

  @Override
  public Optional<List<Value>> decompose(List<Value> inputs) {
    Value x = inputs.get(0);
    return Optional.of(
        Standardization.perChannel(x.shape()).forward(inputs, epsilon, x.shape().slice(1, 2)));
  }
}
