package dev.merapi.core.op.normalization;

import static dev.merapi.core.op.elementwise.Arithmetic.mul;
import static dev.merapi.core.op.elementwise.Arithmetic.sub;

import dev.merapi.core.graph.Normalization;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.movement.OneHot;
import dev.merapi.core.op.movement.Reshape;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * The gradient of {@link SoftmaxCrossEntropy} by the logits: gradLoss[n] (probabilities[n, c] - 1
 * if c = labels[n]).
 *
 * <p>probabilities [N, classes], labels I32 [N], gradLoss [N]; output [N, classes]. It has no
 * gradient itself.
 */
public record SoftmaxCrossEntropyGrad() implements Normalization {
  public static Value of(Value probabilities, Value labels, Value gradLoss) {
    return gradLoss.graph().apply(new SoftmaxCrossEntropyGrad(), probabilities, labels, gradLoss);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType probabilities = inputs.get(0);
    Checks.classes("probabilities", probabilities, inputs.get(1));
    Shape rows = probabilities.shape().slice(0, 1);
    Checks.type("gradLoss", inputs.get(2), probabilities.withShape(rows));
    return List.of(probabilities);
  }

  @Override
  public Optional<List<Value>> decompose(List<Value> inputs) {
    Value probabilities = inputs.get(0);
    Shape shape = probabilities.shape();
    Value chosen = OneHot.of(inputs.get(1), shape.dim(1), probabilities.dtype());
    Value gradLoss = Reshape.of(inputs.get(2), Shape.of(shape.dim(0), 1));
    return Optional.of(List.of(mul(sub(probabilities, chosen), gradLoss)));
  }
}
