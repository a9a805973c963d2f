package dev.merapi.core.op.normalization;

import static dev.merapi.core.op.elementwise.Arithmetic.mul;
import static dev.merapi.core.op.elementwise.Arithmetic.sub;

import dev.merapi.core.graph.Adjoint;
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
 * <p>probabilities [N, classes], labels I32 [N], gradLoss [N]; output [N, classes].
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

  /** Linear in the probabilities and in gradLoss. */
  @Override
  public void gradient(Adjoint adjoint) {
    Value grad = adjoint.gradOutput();
    adjoint.give(0, () -> mul(grad, column(adjoint.input(2))));
    adjoint.give(
        2,
        () -> {
          Value wrong = wrong(adjoint.input(0), adjoint.input(1));
          return Reshape.of(Moments.sum(mul(grad, wrong), 1), adjoint.input(2).shape());
        });
  }

  @Override
  public Optional<List<Value>> decompose(List<Value> inputs) {
    return Optional.of(List.of(mul(wrong(inputs.get(0), inputs.get(1)), column(inputs.get(2)))));
  }

  /** How far the probabilities are from those of the labels, 1 and 0. */
  private static Value wrong(Value probabilities, Value labels) {
    int classes = probabilities.shape().dim(1);
    return sub(probabilities, OneHot.of(labels, classes, probabilities.dtype()));
  }

  private static Value column(Value gradLoss) {
    return Reshape.of(gradLoss, Shape.of(gradLoss.shape().dim(0), 1));
  }
}
