package dev.merapi.core.op.normalization;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Normalization;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * Layer normalization: y = (x - mean) invStd scale + bias, with mean and biased variance over the
 * last axes, and invStd = 1 / sqrt(variance + epsilon).
 *
 * <p>x of any shape, scale and bias of the shape of its last axes; outputs: y like x, mean and
 * invStd of the shape of the axes before. Mean and invStd are for the gradient and carry none.
 * Source: Ba et al., arXiv 1607.06450, 2016.
 *
 * @param axes how many of the last axes are normalized, at least 1
 * @param epsilon what is added to the variance
 */
public record LayerNorm(int axes, double epsilon) implements Normalization {
  /** The values (y, mean, invStd), over as many axes as scale has. */
  public static List<Value> of(Value x, Value scale, Value bias, double epsilon) {
    LayerNorm op = new LayerNorm(scale.shape().rank(), epsilon);
    return x.graph().applyAll(op, List.of(x, scale, bias));
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    TensorType parameter = checkInput(x, axes);
    Checks.type("scale", inputs.get(1), parameter);
    Checks.type("bias", inputs.get(2), parameter);
    TensorType statistic = statistic(x, axes);
    return List.of(x, statistic, statistic);
  }

  /** Checks x and gives the type of the parameters. */
  static TensorType checkInput(TensorType x, int axes) {
    Checks.floating(x);
    int rank = x.shape().rank();
    GraphException.check(
        axes >= 1 && axes <= rank,
        "expected 1 to %d axes to normalize for %s, found %d",
        rank,
        x,
        axes);
    return x.withShape(x.shape().slice(rank - axes, rank));
  }

  /** The type of mean and invStd. */
  static TensorType statistic(TensorType x, int axes) {
    return x.withShape(x.shape().slice(0, x.shape().rank() - axes));
  }

  @Override
  public void gradient(Adjoint adjoint) {
    Checks.savedOnly(adjoint, 1, "mean");
    Checks.savedOnly(adjoint, 2, "invStd");
    Standardization.gradient(new LayerNormGrad(axes), adjoint);
  }

  @Override
  public Optional<List<Value>> decompose(List<Value> inputs) {
    Value x = inputs.get(0);
    Shape saved = statistic(x.type(), axes).shape();
    return Optional.of(Standardization.trailing(x.shape(), axes).forward(inputs, epsilon, saved));
  }
}
